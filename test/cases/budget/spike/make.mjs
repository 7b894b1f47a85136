import { s3Log, transfer } from "../../../generators/transfer.mjs";

export const log = s3Log([
  ...transfer("2026-06-01", 168, 60),
  ...Array.from({ length: 8 }, (_, at) => ({
    time: `2026-11-10T${String(9 + at).padStart(2, "0")}:30:00Z`,
    bytes: 50 * 2 ** 30,
    ip: "192.0.2.99",
  })),
]);
