import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { culprit, folder } from "./culprit.js";
import { mmdb } from "./mmdb.js";

const cwd = path.join(folder, "enrichment");
mkdirSync(cwd);
const file = (name: string, content: string | Buffer): string => {
  writeFileSync(path.join(cwd, name), content);
  return name;
};

const addresses = [
  "203.0.113.7",
  "203.0.113.8",
  "203.0.113.130",
  "10.1.2.3",
  "2001:db8:1::9",
  "8.8.8.8",
  "unix:",
];
const log = file(
  "access.log",
  addresses
    .map((ip) => `${ip} - - [05/Nov/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 100 "-" "curl/8"\n`)
    .join(""),
);
const owners = file(
  "owners.csv",
  '\uFEFFrange,name\n# the longest prefix wins\n203.0.113.0/24,Hosting\n203.0.113.0/25,"Bots, Inc ""B"""\n' +
    "203.0.113.8;One\r\n2001:db8::/32\tSix\n\n",
);

interface Rows {
  rows: Record<string, unknown>[];
}

async function top(...args: string[]): Promise<Record<string, unknown>> {
  const { out, code, err } = await culprit(["top", ...args, "--json", "-n", "50"], { cwd });
  expect(code, err).toBe(0);
  const { rows } = JSON.parse(out) as Rows;
  return Object.fromEntries(
    rows.map((row) => [String(row["client_ip"]), { ...row, client_ip: undefined }]),
  );
}

test("owners: the longest prefix, quoted names, IPv6, and what is reserved", async () => {
  const rows = await top("client_ip,owner", log, "--owners", owners);
  expect(rows).toMatchObject({
    "203.0.113.7": { owner: 'Bots, Inc "B"' },
    "203.0.113.8": { owner: "One" },
    "203.0.113.130": { owner: "Hosting" },
    "10.1.2.3": { owner: "private network" },
    "2001:db8:1::9": { owner: "Six" },
    "8.8.8.8": { owner: null },
    "unix:": { owner: null },
  });
});

test("country and network from databases, several at once", async () => {
  const country = file("country.mmdb", mmdb([["8.8.8.0/24", { country: { iso_code: "US" } }]]));
  const network = file(
    "asn.mmdb",
    mmdb([
      ["8.8.8.0/24", { autonomous_system_number: 15169, autonomous_system_organization: "G" }],
      ["203.0.113.0/24", { autonomous_system_number: 64500 }],
    ]),
  );
  const rows = await top("client_ip,country,asn,as_org", log, "--mmdb", country, "--mmdb", network);
  expect(rows).toMatchObject({
    "8.8.8.8": { country: "US", asn: 15169, as_org: "G" },
    "203.0.113.7": { country: null, asn: 64500, as_org: null },
    "10.1.2.3": { country: null, asn: null, as_org: null },
  });
});

test("filters, the verdict and the store know them, too; the configuration may name them", async () => {
  file("culprit.yaml", `owners: ${owners}\n`);
  const few = await top("client_ip", log, "-w", "owner=Bots*");
  expect(Object.keys(few)).toEqual(["203.0.113.7"]);
  await culprit(["ingest", log, "--store", "store"], { cwd });
  const stored = await top("client_ip", "--store", "store", "-w", "owner=Hosting");
  expect(Object.keys(stored)).toEqual(["203.0.113.130"]);
  await culprit(["parse", log, "-o", "rows.parquet"], { cwd });
  const rows = await top("client_ip", "rows.parquet", "-w", "owner=Hosting");
  expect(Object.keys(rows)).toEqual(["203.0.113.130"]);
});

test.each([
  ["a line that is none", ["--owners", file("bad.csv", "203.0.113.0/24,A\nnobody\n")], "bad.csv:2"],
  ["a range too long", ["--owners", file("long.csv", "203.0.113.0/33,A\n")], "long.csv:1"],
  ["no such table", ["--owners", "none.csv"], "none.csv"],
  ["no database", ["--mmdb", owners], "owners.csv"],
])("refused: %s", async (_, flags, where) => {
  const { code, err } = await culprit(["top", "owner", log, ...flags], { cwd });
  expect(code).toBe(2);
  expect(err).toMatch(new RegExp(`where: .*${where.replace(".", "\\.")}`));
});
