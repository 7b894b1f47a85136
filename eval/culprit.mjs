// culprit as built in dist, called in this process.
import { Readable, Writable } from "node:stream";
import { run } from "../dist/cli/main.js";

/**
 * What a command prints as JSON.
 * @param {readonly string[]} argv
 * @returns {Promise<any>}
 */
export async function culpritJson(argv) {
  /** @type {Buffer[]} */
  const parts = [];
  /** @type {Buffer[]} */
  const errors = [];
  const into = (/** @type {Buffer[]} */ list) =>
    new Writable({
      write(chunk, _encoding, done) {
        list.push(chunk);
        done();
      },
    });
  const code = await run([...argv, "--json"], {
    stdin: Object.assign(Readable.from([]), { isTTY: false }),
    stdout: into(parts),
    stderr: into(errors),
    env: process.env,
    cwd: process.cwd(),
    now: () => new Date(),
    signal: new AbortController().signal,
  });
  if (code > 1) throw new Error(Buffer.concat(errors).toString());
  return JSON.parse(Buffer.concat(parts).toString());
}
