import { s3Log, transfer } from "../../../generators/transfer.mjs";

export const log = s3Log(transfer("2026-06-01", 168, 60));
