import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { culprit, folder } from "../cli/culprit.js";
import { log } from "../cli/logs.js";
import { hostile } from "./hostile.js";
import { shop } from "./reports.js";

test("the last hour and the last day as SVG", async () => {
  const { code } = await culprit(["report", shop, "--chart", "traffic.svg"]);
  expect(code).toBe(0);
  const svg = readFileSync(path.join(folder, "traffic.svg"), "utf8");
  expect(svg).toMatch(
    /Requests of the last hour, per minute: \d+, at most \d+; until 2026-11-05 21:28/,
  );
  expect(svg).toContain("Bytes of the last day, per 10 min");
  const { out } = await culprit([
    ...[
      "sql",
      "SELECT count(*) AS n FROM requests WHERE time >= '2026-11-05 20:28'",
      shop,
      "--json",
    ],
  ]);
  const [row] = (JSON.parse(out) as { rows: { n: number }[] }).rows;
  expect(svg).toContain(`per minute: ${row?.n},`);
});

test("the same as PNG", async () => {
  const { code } = await culprit(["report", shop, "--chart", "traffic.png"]);
  expect(code).toBe(0);
  const png = readFileSync(path.join(folder, "traffic.png"));
  expect(png.subarray(1, 4).toString()).toBe("PNG");
  expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([1200, 1080]);
});

test.each([
  ["traffic.gif", /neither .svg nor .png/],
  ["nowhere/traffic.svg", /no folder/],
])("--chart %s is refused", async (file, why) => {
  const { code, err } = await culprit(["report", shop, "--chart", file]);
  expect(code).toBe(2);
  expect(err).toMatch(why);
});

test.each(hostile.filter((name) => !/[/\0]/.test(name)).map((name, at) => [at, name] as const))(
  "a log's name is text in a picture: %i",
  async (at, name) => {
    const file = path.basename(log(`${name.slice(0, 100)}.log`, [{}]));
    expect((await culprit(["report", `./${file}`, "--chart", `name-${at}.svg`])).code).toBe(0);
    const svg = readFileSync(path.join(folder, `name-${at}.svg`), "utf8");
    expect(svg).not.toMatch(/<(?!\/?(?:svg|rect|path|text)\b)/);
    expect(svg).not.toMatch(/\son\w+=["']/);
  },
);

test("a log without a line has an empty picture", async () => {
  const file = log("none.log", []);
  const { code } = await culprit(["report", file, "--format", "combined", "--chart", "none.svg"]);
  expect(code).toBe(0);
  expect(readFileSync(path.join(folder, "none.svg"), "utf8")).toMatch(/^<svg/);
});
