import { createReadStream, createWriteStream, mkdtempSync, readFileSync } from "node:fs";
import { once } from "node:events";
import path from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { start } from "./built.js";
import { folder } from "./culprit.js";
import { combined, random } from "./logs.js";

const MB = 2 ** 20;
const SIZE = 300 * MB;
const file = path.join(folder, "large.log");

beforeAll(async () => {
  const next = random(1);
  const out = createWriteStream(file);
  let part = 0;
  for (let size = 0; size < SIZE; part++) {
    const lines = Array.from({ length: 2000 }, () =>
      combined({
        ip: `10.${next(200)}.${next(9)}.7`,
        target: `/${next(3000)}/${part}`,
        agent: "x".repeat(700),
      }),
    );
    const text = `${lines.join("\n")}\n`;
    size += text.length;
    if (!out.write(text)) await once(out, "drain");
  }
  out.end();
  await once(out, "close");
});

/** Runs the program on the log and watches how much memory it holds at most. */
async function peak(
  argv: string[],
  piped: boolean,
): Promise<{ bytes: number; code: number | null; out: string }> {
  const { child, ended } = start([...argv, "--memory", "256MB"], {
    cwd: folder,
    env: { TMPDIR: mkdtempSync(path.join(folder, "tmp-")) },
    stdio: [piped ? "pipe" : "ignore", "pipe", "pipe"],
  });
  if (piped && child.stdin !== null) createReadStream(file).pipe(child.stdin);
  let most = 0;
  const timer = setInterval(() => {
    try {
      const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
      most = Math.max(most, 1024 * Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1] ?? 0));
    } catch {
      // It has ended.
    }
  }, 20);
  const { code, out } = await ended;
  clearInterval(timer);
  return { bytes: most, code, out };
}

describe.skipIf(process.platform !== "linux")("memory is bounded (measured on Linux only)", () => {
  test.each([
    ["a file", "large.log", false],
    ["standard input", "-", true],
  ])("reading 300 MB from %s", async (_name, source, piped) => {
    const { bytes, code, out } = await peak(
      ["top", "client_ip,path", source, "--format", "combined", "--csv"],
      piped,
    );
    expect({ code, rows: out.split("\n").length }).toEqual({ code: 0, rows: 22 });
    expect(bytes).toBeGreaterThan(50 * MB);
    expect(bytes).toBeLessThan(1024 * MB);
  });
});
