import { writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { culprit, folder } from "../cli/culprit.js";
import { logOf, Shop } from "../generators/scrapers.mjs";

interface Report {
  verdict: {
    unusual: boolean;
    who: { text: string };
    how_unusual: { text: string };
    do: { command: string };
  };
  scrapers?: { groups: { value: string | null; band: string }[] };
}

const shop = new Shop(42);

function write(name: string, hits: Parameters<typeof logOf>[0]): string {
  const file = path.join(folder, name);
  writeFileSync(file, logOf(hits));
  return file;
}

async function report(file: string, ...more: string[]): Promise<Report> {
  const { out } = await culprit(["report", file, "--json", ...more]);
  return JSON.parse(out) as Report;
}

test("a subnet that divides the catalogue leads, though none of its clients stands out", async () => {
  const file = write("leads-subnet.log", [...shop.ordinary(), ...shop.subnet()]);
  const { verdict, scrapers } = await report(file);
  expect(verdict.who.text).toBe("203.0.100.0/24: distributed campaign (strong)");
  expect(scrapers?.groups[0]).toMatchObject({ value: "203.0.100.0/24", band: "strong" });
  const { out } = await culprit(["report", file]);
  expect(out).toMatch(
    /SCRAPERS 203\.0\.100\.0\/24 \(distributed campaign, strong, [\d,]+ requests\)/,
  );
});

test("on ordinary days a monitor leads, and nobody is called a scraper", async () => {
  const file = write("leads-ordinary.log", shop.ordinary());
  const { out } = await culprit(["report", file]);
  expect(out).toMatch(/ {2}WHO {6}203\.0\.113\.9\n/);
  expect(out).toMatch(/ {2}SCRAPERS nobody looks like one in hiding; programs by their own word: /);
});

test("a log that ends just after the hour has no drop", async () => {
  const line = (minute: number): string => {
    const time = new Date(Date.UTC(2026, 10, 2) + minute * 60_000).toISOString();
    const clock = `${time.slice(8, 10)}/Nov/2026:${time.slice(11, 19)} +0000`;
    return `192.0.2.${minute % 50} - - [${clock}] "GET /p/${minute % 9} HTTP/1.1" 200 10 "-" "x"\n`;
  };
  const file = path.join(folder, "leads-edge.log");
  writeFileSync(file, Array.from({ length: 4 * 1440 + 1 }, (_, at) => line(at)).join(""));
  const { out } = await culprit(["report", file]);
  expect(out).toContain("  CHANGED  no time stands out from the rest\n");
});

test("--quick leaves the verdicts out", async () => {
  const file = write("leads-quick.log", [...shop.ordinary(), ...shop.subnet()]);
  expect(await report(file, "--quick")).not.toHaveProperty("scrapers");
});
