import { describe, expect, test } from "vitest";
import { isJson, type Refusal, type Sample } from "../../src/formats/format.js";
import { formats } from "../../src/formats/registry.js";
import { parseLines } from "./parse-lines.js";

describe.each(formats.map((format) => [format.name, format] as const))("%s", (_name, format) => {
  test("has samples and refusals", () => {
    expect(format.samples.length).toBeGreaterThan(0);
    expect(format.refusals.length).toBeGreaterThan(0);
  });

  test.each(format.samples.map((sample) => [sample.line, sample] as const))(
    "reads %s",
    async (_line, sample) => {
      // Read by its own layout (the fast reading) and by the format's first one (the exact one).
      const isAsJson = !isJson(format) && sample.line.startsWith("{");
      for (const like of isAsJson ? [[sample.line]] : [[sample.line], []]) {
        const row = await parse(sample, like);
        expect(row?.["reason"]).toBeUndefined();
        expect(row?.["outcome"]).toBe("parsed");
        for (const [column, value] of Object.entries(sample.record)) {
          const got = row?.[column];
          if (column === "extra") expect(got, column).toMatchObject(value as object);
          else expect(got ?? null, column).toEqual(value);
        }
      }
    },
  );

  test.each(format.refusals.map((refusal) => [refusal.line, refusal] as const))(
    "refuses %s",
    async (_line, refusal) => {
      const row = await parse(
        refusal,
        format.samples.map(({ line }) => line),
      );
      expect(row?.["outcome"]).toBe("rejected");
      expect(row?.["reason"]).toContain(refusal.reason);
    },
  );

  async function parse({ line, header }: Sample | Refusal, like: readonly string[]) {
    const headers = header === undefined || isJson(format) ? [] : [header];
    const [row] = await parseLines(format, [line], { like: [...headers, ...like] });
    return row;
  }
});
