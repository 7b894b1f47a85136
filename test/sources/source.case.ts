import { describe, expect, onTestFinished, test } from "vitest";
import { Exit, Problem } from "../../src/problems/problem.js";
import type { Input } from "../../src/sources/input.js";
import { resolveInputs, type ResolveOptions } from "../../src/sources/resolve.js";
import { collect, collectUntilError } from "./streams.js";

/** A place that one kind of source reads from, made for one test. */
export interface SourceHarness {
  /** The options that this source needs besides the common ones. */
  readonly options: ResolveOptions;
  /** Stores bytes and returns the argument that means them. */
  store(bytes: Buffer): Promise<string>;
  /** An argument that means nothing, or undefined where there is no such thing. */
  missing(): string | undefined;
  /** Whether anything of the last reading is still at work: a process, an open file. */
  isBusy(): Promise<boolean>;
  close(): Promise<void>;
}

export interface SourceCase {
  readonly name: string;
  harness(): Promise<SourceHarness>;
  /** Whether `open` can be called again; if not, why. */
  readonly reopens: true | string;
}

const MIB = 1 << 20;

async function inputOf(harness: SourceHarness, text: string): Promise<Input> {
  const [input, ...others] = await resolveInputs([text], harness.options);
  if (!input) throw new Error("no input");
  expect(others).toEqual([]);
  return input;
}

/** What every source must do, whatever it reads from. */
export function describeSource(source: SourceCase): void {
  const start = async (): Promise<SourceHarness> => {
    const harness = await source.harness();
    onTestFinished(() => harness.close());
    return harness;
  };
  describe(source.name, () => {
    const bodies: [name: string, bytes: Buffer][] = [
      ["nothing", Buffer.alloc(0)],
      ["a line", Buffer.from("a\n")],
      ["every byte", Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))],
      ["three megabytes and a bit", Buffer.alloc(3 * MIB + 7, "0123456789abcdef\n")],
    ];
    test.each(bodies)("delivers %s as it is stored", async (_name, bytes) => {
      const harness = await start();
      const input = await inputOf(harness, await harness.store(bytes));
      expect((await collect(input.open())).equals(bytes)).toBe(true);
      if (input.bytes !== undefined) expect(input.bytes).toBe(bytes.length);
      expect(await harness.isBusy()).toBe(false);
    });

    test("chunks stay as they are when the next ones have come", async () => {
      const harness = await start();
      const bytes = Buffer.concat(Array.from({ length: 300_000 }, (_, n) => Buffer.from(`${n}\n`)));
      const input = await inputOf(harness, await harness.store(bytes));
      const chunks: Buffer[] = [];
      for await (const chunk of input.open()) chunks.push(chunk);
      expect(Buffer.concat(chunks).equals(bytes)).toBe(true);
    });

    test("stops and cleans up when the reader stops", async () => {
      const harness = await start();
      const input = await inputOf(harness, await harness.store(Buffer.alloc(5 * MIB, "x\n")));
      for await (const chunk of input.open()) {
        expect(chunk.length).toBeGreaterThan(0);
        break;
      }
      expect(await harness.isBusy()).toBe(false);
    });

    test("can be read a second time", async (context) => {
      if (source.reopens !== true) context.skip(source.reopens);
      const harness = await start();
      const input = await inputOf(harness, await harness.store(Buffer.from("a\nb\n")));
      expect((await collect(input.open())).toString()).toBe("a\nb\n");
      expect((await collect(input.open())).toString()).toBe("a\nb\n");
    });

    test("the same argument twice is read once, with a warning", async () => {
      const harness = await start();
      const text = await harness.store(Buffer.from("a\n"));
      const warnings: string[] = [];
      const options = { ...harness.options, warn: (message: string) => warnings.push(message) };
      const inputs = await resolveInputs([text, text], options);
      expect(inputs).toHaveLength(1);
      expect(warnings).toEqual([`${inputs[0]?.name} is given twice: read once`]);
    });

    test("what is not there is a Problem that names it", async () => {
      const harness = await start();
      const text = harness.missing();
      if (text === undefined) return;
      const resolving = async (): Promise<unknown> => {
        const [input] = await resolveInputs([text], harness.options);
        return input && (await collectUntilError(input.open())).error;
      };
      const problem = await resolving().catch((error: unknown) => error);
      expect(problem).toBeInstanceOf(Problem);
      expect(problem).toMatchObject({ where: text, exit: Exit.input });
      expect(await harness.isBusy()).toBe(false);
    });
  });
}
