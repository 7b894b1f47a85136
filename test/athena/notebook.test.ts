import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { culprit, rowsOf, type Row } from "./culprit.js";
import { DOMAIN, HOURS, incident, line, LONG, type Connection, type Hour } from "./incident.js";
import { notebook } from "./notebook.js";

const folder = mkdtempSync(path.join(tmpdir(), "culprit-athena-"));
const log = path.join(folder, "nlb.log");
const store = path.join(folder, "store");
const all = incident();

beforeAll(async () => {
  // A line of the next day, which the partition leaves out, and one nobody can read.
  const other = line({ ...(all[0] as Connection), created: "2024-10-06T01:30:00" });
  writeFileSync(log, [...all.map(line), other, "", "not a line"].join("\n") + "\n");
  const { code, err } = await culprit("ingest", log, "--store", store);
  if (code !== 0) throw new Error(err);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const of = (hour: Hour): Connection[] => all.filter(({ created }) => created.includes(`T${hour}`));
const counted = (values: readonly (string | number)[]): Map<string | number, number> => {
  const counts = new Map<string | number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
};
const asMap = (rows: readonly Row[], key: string, value: string): Map<unknown, unknown> =>
  new Map(rows.map((row) => [row[key], row[value]]));
const mean = (values: readonly number[]): number =>
  Math.round(values.reduce((sum, value) => sum + value, 0) / values.length);
const topCounts = (counts: Map<string | number, number>): number[] =>
  [...counts.values()].toSorted((a, b) => b - a).slice(0, 30);

describe.each([
  ["a file", [log]],
  ["the store, with --athena", ["--store", store, "--athena"]],
])("the notebook on %s", (_, source) => {
  const ask = (query: string): Promise<Row[]> => rowsOf(query, ...source);

  test("the connection to the engine", async () => {
    expect((await ask(notebook.test())).map((row) => Object.values(row))).toEqual([[1]]);
  });

  test.each(HOURS)("hour %s: the rows", async (hour) => {
    const rows = await ask(notebook.view(hour));
    expect(rows).toHaveLength(of(hour).length);
    const seen = rows.map(({ tls_connection_creation_time: time }) => time as string).toSorted();
    expect(seen).toEqual(of(hour).map(({ created }) => created));
    expect(Object.keys(rows[0] ?? {}).at(-1)).toBe("date_day");
  });

  test.each(HOURS)("hour %s: connections, clients, ports, domains", async (hour) => {
    const lines = of(hour);
    expect(await ask(notebook.connections(hour))).toEqual([{ nb_of_requests: lines.length }]);
    const clients = new Set(lines.map(({ client }) => client)).size;
    expect(await ask(notebook.clients(hour))).toEqual([{ nb_of_client_ip: clients }]);
    expect(
      asMap(await ask(notebook.ports(hour)), "target_port", "connections_on_this_port"),
    ).toEqual(counted(lines.map(({ port }) => port)));
    expect(
      asMap(await ask(notebook.domains(hour)), "domain_name", "connections_on_this_domain_name"),
    ).toEqual(counted(lines.filter(({ port }) => port === 443).map(({ domain }) => domain)));
  });

  test.each(HOURS)("hour %s: the 30 most active clients and their durations", async (hour) => {
    const onDomain = of(hour).filter(({ domain, port }) => domain === DOMAIN && port === 443);
    const counts = counted(onDomain.map(({ client }) => client));
    const active = await ask(notebook.mostActive(hour));
    const shown = active.map(({ connections_from_this_client_ip: count }) => count);
    expect(shown).toEqual(topCounts(counts));
    for (const { client_ip: client, connections_from_this_client_ip: count } of active) {
      expect(count).toBe(counts.get(client as string));
    }
    const durations = await ask(notebook.durations(hour, "avg_tcp_connec_time_ms_port443"));
    for (const { client_ip: client, avg_tcp_connec_time_ms_port443: average } of durations) {
      const own = onDomain.filter((each) => each.client === client);
      expect(average).toBe(mean(own.map(({ durationMs }) => durationMs)));
    }
    const long = durations
      .filter(({ avg_tcp_connec_time_ms_port443: average }) => Number(average) > 300_000)
      .map(({ client_ip: client }) => client as string);
    expect(long.toSorted()).toEqual(hour === "02" ? LONG.toSorted() : []);
  });

  test.each(HOURS)("hour %s: an order by a name that does not exist is refused", async (hour) => {
    const { code, out, err } = await culprit("sql", notebook.durations(hour), ...source);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toContain('Referenced column "avg_tcp_connec_time_ms" not found');
    expect(err).toContain("Did you mean avg_tcp_connec_time_ms_port443?");
  });
});

test("the incident is what the notebook says it is", () => {
  expect(of("02").length / of("01").length).toBe(3);
  const clients = (hour: Hour): number => new Set(of(hour).map(({ client }) => client)).size;
  expect(clients("02")).toBeLessThan(clients("01"));
});

test("a database and a catalogue may stand before the table", async () => {
  const count = `SELECT count(*) AS n FROM`;
  const expected = [{ n: all.length + 1 }];
  for (const table of [
    "nlb_tls_logs",
    "access_logs.access_logs_nlb",
    "awsdatacatalog.access_logs.access_logs_nlb",
    '"AwsDataCatalog".access_logs."nlb_tls_logs"',
    "athena.nlb_tls_logs",
  ]) {
    expect(await rowsOf(`${count} ${table}`, "--store", store, "--athena")).toEqual(expected);
  }
});

test("several tables of several databases meet in one query", async () => {
  const query = `WITH nlb_tls_logs AS (SELECT 1 AS x)
    SELECT (SELECT count(*) FROM a.nlb_tls_logs) AS a, (SELECT count(*) FROM c.b.access_logs_nlb) AS b,
      (SELECT x FROM nlb_tls_logs) AS own /* the WITH wins */; -- and a comment`;
  expect(await rowsOf(query, log)).toEqual([{ a: all.length + 1, b: all.length + 1, own: 1 }]);
});

test("a day reads the files of that day only", async () => {
  const sql = "EXPLAIN SELECT count(*) FROM access_logs_nlb WHERE date_day = '2024/10/06'";
  const { out } = await culprit("sql", sql, "--store", store, "--json");
  expect(out).toContain("Scanning Files: 1/2");
});

test("a mistyped table is told its name", async () => {
  for (const [table, name] of [
    ["nlb_tls_lgs", "nlb_tls_logs"],
    ["logs.s3_acces_logs", "s3_access_logs"],
  ] as const) {
    const { code, err } = await culprit("sql", `SELECT * FROM ${table}`, "--store", store);
    expect([code, err.includes(`Did you mean ${name}?`)]).toEqual([2, true]);
  }
});
