import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import type { Input } from "../../src/sources/input.js";
import { ReadAhead } from "../../src/sources/read-ahead.js";
import { collect } from "./streams.js";

/** Remote inputs of ten bytes each, and the names of those that were opened, in order. */
function remote(count: number, bytes = 10): { inputs: Input[]; opened: string[] } {
  const opened: string[] = [];
  const inputs = Array.from({ length: count }, (_, n): Input => {
    const name = String(n);
    return {
      name,
      bytes,
      remote: true,
      async *open() {
        opened.push(name);
        await delay(1);
        if (name === "13") throw new Error("broken 13");
        yield Buffer.from(name.padStart(bytes));
      },
    };
  });
  return { inputs, opened };
}

const textOf = async (input: Input | undefined): Promise<string> =>
  (await collect((input as Input).open())).toString().trim();

test("every input reads as it is, each fetched once", async () => {
  const { inputs, opened } = remote(12);
  const ahead = new ReadAhead({ jobs: 3, bytes: 100 });
  const wrapped = inputs.map((input) => ahead.add(input));
  for (const [n, input] of wrapped.entries()) expect(await textOf(input)).toBe(String(n));
  expect(opened).toEqual(inputs.map(({ name }) => name));
});

test("no more are at work than allowed, and no more is held than the budget", async () => {
  const { inputs, opened } = remote(50);
  const ahead = new ReadAhead({ jobs: 4, bytes: 100 });
  const wrapped = inputs.map((input) => ahead.add(input));
  expect(opened).toHaveLength(4);
  await delay(100);
  expect(opened).toHaveLength(10);
  await textOf(wrapped[0]);
  await delay(20);
  expect(opened).toHaveLength(11);
});

test("what is passed over frees its memory", async () => {
  const { inputs } = remote(40);
  const ahead = new ReadAhead({ jobs: 4, bytes: 100 });
  const wrapped = inputs.map((input) => ahead.add(input));
  for (const n of [9, 29, 39]) expect(await textOf(wrapped[n])).toBe(String(n));
  expect(await textOf(wrapped[2])).toBe("2");
});

test("an input that fails tells whoever opens it, and the others go on", async () => {
  const { inputs } = remote(16);
  const ahead = new ReadAhead({ jobs: 4, bytes: 1000 });
  const wrapped = inputs.map((input) => ahead.add(input));
  await delay(50);
  await expect(textOf(wrapped[13])).rejects.toThrow("broken 13");
  expect(await textOf(wrapped[14])).toBe("14");
});

test("large and local inputs are left as they are", () => {
  const ahead = new ReadAhead({ jobs: 4, bytes: 100 });
  const { inputs, opened } = remote(1, 50);
  const [large] = inputs;
  expect(ahead.add(large as Input)).toBe(large);
  const local: Input = { name: "local", bytes: 1, open: () => (large as Input).open() };
  expect(ahead.add(local)).toBe(local);
  expect(opened).toEqual([]);
});
