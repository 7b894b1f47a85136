import {
  appendFileSync,
  closeSync,
  copyFileSync,
  openSync,
  renameSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { Follower, type Position } from "../../src/sources/follow.js";
import { temporaryFolder } from "../store/stores.js";

/* What a follower gives out, as the file is written, renamed, emptied and removed by the real system. */

class Log {
  readonly file = path.join(temporaryFolder(), "access.log");
  clock = 1_000_000;
  follower = this.open();

  open(): Follower {
    const made = new Follower(this.file, () => this.clock);
    onTestFinished(() => made.close());
    return made;
  }

  append(text: string): void {
    appendFileSync(this.file, text);
  }

  rotate(to: string): void {
    renameSync(this.file, `${this.file}.${to}`);
  }

  /** All that is given out now, taken for safe. */
  async read(): Promise<string> {
    let text = "";
    for (const part of await this.follower.poll()) {
      const chunks: Buffer[] = [];
      for await (const chunk of part.read()) chunks.push(chunk);
      const own = Buffer.concat(chunks).toString();
      this.follower.advance(part, own.split("\n").length - 1);
      text += own;
    }
    return text;
  }

  /** Another run goes on, with what the last one had noted. */
  async resume(positions: readonly Position[]): Promise<number> {
    this.follower = this.open();
    return this.follower.resume(positions);
  }
}

test("whole lines as they come, a half one when it is whole", async () => {
  const log = new Log();
  expect(await log.read()).toBe("");
  log.append("a\nb");
  expect(await log.read()).toBe("a\n");
  expect(await log.read()).toBe("");
  log.append("c\nd\n");
  expect(await log.read()).toBe("bc\nd\n");
  expect(log.follower.positions).toMatchObject([{ offset: 7, lines: 3 }]);
});

test("what is not taken for safe is given out again", async () => {
  const log = new Log();
  log.append("a\n");
  expect(await log.follower.poll()).toHaveLength(1);
  expect(await log.read()).toBe("a\n");
});

test("renamed: the old file to its end, also what its writer adds late, then the new one", async () => {
  const log = new Log();
  log.append("a\n");
  const writer = openSync(log.file, "a");
  expect(await log.read()).toBe("a\n");
  log.rotate("1");
  writeSync(writer, "b\n");
  expect(await log.read()).toBe("b\n");
  writeFileSync(log.file, "c\n");
  writeSync(writer, "late\n");
  expect(await log.read()).toBe("late\nc\n");
  writeSync(writer, "later, without an end");
  closeSync(writer);
  log.append("d\n");
  expect(await log.read()).toBe("d\n");
  log.clock += 61_000;
  expect(await log.read()).toBe("later, without an end");
  expect(await log.read()).toBe("");
  log.clock += 61_000;
  await log.read();
  expect(log.follower.positions).toHaveLength(1);
});

test("renamed, removed and made anew between two looks", async () => {
  const log = new Log();
  log.append("a\n");
  expect(await log.read()).toBe("a\n");
  log.append("b\n");
  log.rotate("1");
  rmSync(`${log.file}.1`);
  writeFileSync(log.file, "c\n");
  expect(await log.read()).toBe("b\nc\n");
});

test("emptied: from its beginning again, also when it is longer than before already", async () => {
  const log = new Log();
  log.append("first 1\nfirst 2\n");
  await log.read();
  copyFileSync(log.file, `${log.file}.1`);
  truncateSync(log.file, 0);
  log.append("x\n");
  expect(await log.read()).toBe("x\n");
  truncateSync(log.file, 0);
  log.append("quite another line than before\nand one\n");
  expect(await log.read()).toBe("quite another line than before\nand one\n");
});

test("another run goes on where the last stopped", async () => {
  const log = new Log();
  log.append("a\nb\n");
  await log.read();
  const noted = log.follower.positions;
  log.append("c\n");
  expect(await log.resume(noted)).toBe(0);
  expect(await log.read()).toBe("c\n");
});

test("rotated twice while nobody looked: the rest of the old one, all of the next, then the current", async () => {
  const log = new Log();
  log.append("a\n");
  await log.read();
  const noted = log.follower.positions;
  log.append("b\n");
  log.rotate("2");
  writeFileSync(`${log.file}.1`, "c\n");
  writeFileSync(log.file, "d\n");
  writeFileSync(`${log.file}.0`, "of last week\n");
  for (const [name, time] of [
    ["0", 1],
    ["2", 2],
    ["1", 3],
  ] as const) {
    utimesSync(`${log.file}.${name}`, time, time);
  }
  expect(await log.resume(noted)).toBe(0);
  expect(await log.read()).toBe("b\nc\nd\n");
});

test("rotated several times between two looks: nothing in between is left out", async () => {
  const log = new Log();
  log.append("a\n");
  await log.read();
  for (const [to, text] of [
    ["1", "b\n"],
    ["2", "c\n"],
    ["3", "d\n"],
  ] as const) {
    log.rotate(to);
    writeFileSync(log.file, text);
  }
  expect(await log.read()).toBe("b\nc\nd\n");
  expect(await log.read()).toBe("");
});

test("gone while nobody looked: it says so, and goes on with the current one", async () => {
  const log = new Log();
  log.append("a\n");
  await log.read();
  const noted = log.follower.positions;
  await log.follower.close();
  log.rotate("1");
  writeFileSync(log.file, "new\n");
  rmSync(`${log.file}.1`);
  expect(await log.resume(noted)).toBe(1);
  expect(await log.read()).toBe("new\n");
});

test("rotated while it is looked for: the file that was the log in between is not passed over", async () => {
  const log = new Log();
  let onAsked = (): void => {};
  log.follower = new Follower(log.file, () => {
    onAsked();
    return log.clock;
  });
  onTestFinished(() => log.follower.close());
  log.append("one\n");
  expect(await log.read()).toBe("one\n");
  for (const [to, line] of [
    ["1", "two\n"],
    ["2", "three\n"],
  ] as const) {
    log.rotate(to);
    log.append(line);
  }
  let asked = 0;
  onAsked = () => {
    if (++asked !== 3) return;
    log.rotate("3");
    log.append("four\n");
  };
  expect((await log.read()) + (await log.read())).toBe("two\nthree\nfour\n");
  expect(asked).toBeGreaterThan(3);
});
