import { Readable, Writable } from "node:stream";
import { afterAll } from "vitest";
import { run } from "../../src/cli/main.js";
import { folder, temporary } from "../cli/culprit.js";

export interface Served {
  /** With the token in its fragment, where there is one. */
  readonly address: string;
  readonly origin: string;
  readonly port: number;
  /** The cookie of somebody who is in. */
  readonly enter: (secret?: string) => Promise<string>;
  readonly end: () => Promise<number>;
}

const running: Served[] = [];
afterAll(async () => {
  await Promise.all(running.map((one) => one.end()));
});

/** Runs `culprit serve` in this process until the test file ends. */
export async function serve(
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<Served> {
  const stop = new AbortController();
  let err = "";
  let code: Promise<number> | undefined;
  const address = await new Promise<string>((resolve, reject) => {
    const sink = (take: (text: string) => void): Writable =>
      new Writable({
        write(chunk: Buffer, _encoding, done) {
          take(chunk.toString());
          done();
        },
      });
    code = run(["serve", ...args, "--listen", "127.0.0.1:0"], {
      stdin: Object.assign(Readable.from([]), { isTTY: false }),
      stdout: sink((text) => resolve(text.trim())),
      stderr: sink((text) => (err += text)),
      env: { TMPDIR: temporary, LANG: "en_US.UTF-8", ...env },
      cwd: folder,
      now: () => new Date("2026-11-05T12:00:00Z"),
      signal: stop.signal,
    });
    void code.then((ended) => reject(new Error(`ended with ${ended}: ${err}`)), reject);
  });
  const { origin, port, hash } = new URL(address);
  const served: Served = {
    address,
    origin,
    port: Number(port),
    async enter(secret = hash.replace("#token=", "")) {
      const response = await fetch(`${origin}/api/login`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ secret }),
      });
      if (!response.ok) throw new Error(`${response.status}`);
      return response.headers.get("set-cookie")?.split(";")[0] ?? "";
    },
    async end() {
      stop.abort();
      return code ?? 0;
    },
  };
  running.push(served);
  return served;
}
