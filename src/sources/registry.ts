import { fileSource } from "./files.js";
import { s3Source } from "./s3.js";
import { sshSource } from "./ssh.js";
import type { Source } from "./source.js";
import { stdinSource } from "./stdin.js";

/** Every kind of source; the first that accepts an argument has it, and files accept what is left. */
export const sources: readonly Source[] = [stdinSource, sshSource, s3Source, fileSource];
