import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ingestRemote, type RemoteIngestOptions } from "../../src/engines/ingest.js";
import type { RemoteEngine } from "../../src/engines/remote.js";
import { formatFromNotation } from "../../src/formats/log-format.js";
import { jsonl } from "../../src/formats/jsonl.js";
import { nlb } from "../../src/formats/nlb.js";
import { readingOf, type Reading } from "../../src/formats/reading.js";
import { formats } from "../../src/formats/registry.js";
import { w3c } from "../../src/formats/w3c.js";
import { filesOf, oddObjects, readHere, readOn } from "./raw-lines.js";
import { notations } from "./notations.js";

/** Where an engine that reads raw lines is, and how it sees a folder of this machine. */
export interface RawEngine {
  readonly engine: RemoteEngine;
  readonly folder: string;
  readonly placeOf: (folder: string) => string;
  /** The years of its times. */
  readonly years: readonly [first: number, last: number];
}

/** Mutations of each sample and refusal. */
const MUTATIONS = 12;

/** Lines that an engine refuses by name, as it could not read them the same way. */
const NOT_READ = /which engines do not read|the private character/;

/** The contract of engines that read raw logs: what culprit reads, or a refusal that says so. */
export function rawSuite(name: string, open: () => Promise<RawEngine>): void {
  describe(`${name} reads raw logs`, () => {
    let on: RawEngine;
    beforeAll(async () => {
      on = await open();
    });
    afterAll(() => on.engine.close());

    test.each([...formats, ...notations].map((format) => [format.name, format] as const))(
      "%s: rows and rejects are those of the exact reading",
      async (_, format) => {
        const counts = { parsed: 0, rejected: 0, refused: 0 };
        const files = [...filesOf(format, MUTATIONS), ...(format === jsonl ? [oddObjects] : [])];
        for (const [at, file] of files.entries()) {
          const folder = path.join(on.folder, `${format.name}-${at}`);
          const here = await readHere(format, file);
          const there = await readOn(on.engine, format, file, folder, on.placeOf(folder));
          expect([...there.keys()].toSorted()).toEqual([...here.keys()].toSorted());
          for (const [line, row] of here) {
            const { reason, ...found } = there.get(line) ?? {};
            const isRejected = found["outcome"] === "rejected";
            expect(reason === undefined, line).toBe(!isRejected);
            const year = Number(/^\d{4}/.exec((row["time"] as string | undefined) ?? "2000")?.[0]);
            if (isRejected && (NOT_READ.test(String(reason)) || isBeyond(year, on.years))) {
              counts.refused++;
              continue;
            }
            const { reason: _reason, ...wanted } = row;
            expect(found, line).toEqual(wanted);
            counts[isRejected ? "rejected" : "parsed"]++;
          }
        }
        expect(counts.parsed).toBeGreaterThan(0);
        expect(counts.rejected).toBeGreaterThan(0);
        expect(counts.refused).toBeLessThan(counts.parsed + counts.rejected);
      },
    );
  });
}

/**
 * The contract of a run: each line once, whatever happens. `reads`: also what the engine makes of bytes
 * and headers, unless another member asks the same engine.
 */
export function rawIngestSuite(name: string, open: () => Promise<RawEngine>, reads = true): void {
  describe(`${name} ingests raw logs`, () => {
    let on: RawEngine;
    beforeAll(async () => {
      on = await open();
    });
    afterAll(() => on.engine.close());
    const of = (folder: string, more: Partial<RemoteIngestOptions> = {}): RemoteIngestOptions => ({
      engine: on.engine,
      place: on.placeOf(folder),
      at: undefined,
      derivations: [],
      choose: (lines) => readingOf(nlb, lines),
      dryRun: false,
      now: () => new Date("2026-11-05T12:00:00Z"),
      ...more,
    });
    const count = async (table: string): Promise<number> =>
      Number((await on.engine.rows(`SELECT count(*) AS n FROM ${table}`))[0]?.["n"]);

    test("every line once, with its rejects and blanks, over more days than a statement takes", async () => {
      const { engine } = on;
      const tables = engine.rawTables(undefined, []);
      const folder = path.join(on.folder, "ingest");
      mkdirSync(folder, { recursive: true });
      const lines = Array.from({ length: 130 }, (_, day) => connection(day, day));
      const hostile = "'; DROP TABLE requests; --";
      writeFileSync(
        path.join(folder, "it's a.log"),
        [...lines, "", hostile, "a\tb\u0001c"].join("\n"),
      );
      writeFileSync(
        path.join(folder, "b.log.gz"),
        gzipSync(
          lines
            .slice(0, 20)
            .map((line) => `${line}\r\n`)
            .join(""),
        ),
      );
      expect(await ingestRemote(of(folder, { dryRun: true }))).toMatchObject({ parsed: 150 });
      expect(await count(tables.requests)).toBe(0);
      expect(await ingestRemote(of(folder))).toEqual({
        ...{ objects: 2, known: 0, lines: 153, parsed: 150, rejected: 2, blank: 1 },
      });
      expect(await count(tables.requests)).toBe(150);
      const [sums] = await engine.rows(
        `SELECT sum(bytes_sent) AS bytes, count(DISTINCT day) AS days, count(DISTINCT source) AS sources FROM ${tables.requests}`,
      );
      expect(sums).toEqual({ bytes: (129 * 130) / 2 + (19 * 20) / 2, days: 130, sources: 2 });
      const rejects = await engine.rows(
        `SELECT raw, reason, log_type FROM ${tables.rejects} ORDER BY raw`,
      );
      const reason = "the line is not of the format nlb";
      expect(rejects).toEqual([
        { raw: hostile, reason, log_type: "nlb" },
        { raw: "a\tb\u0001c", reason, log_type: "nlb" },
      ]);
      // Again: nothing is new.
      expect(await ingestRemote(of(folder))).toMatchObject({ objects: 0, known: 2, lines: 0 });
      expect(await count(tables.requests)).toBe(150);
      // A later file enters alone.
      writeFileSync(path.join(folder, "c.log"), `${connection(3, 1_000_000)}\nnonsense\n`);
      expect(await ingestRemote(of(folder))).toMatchObject({
        objects: 1,
        parsed: 1,
        rejected: 1,
      });
      expect([await count(tables.requests), await count(tables.rejects)]).toEqual([151, 3]);
    });

    test("a run that broke off is finished without a row twice", async () => {
      const { engine } = on;
      const tables = engine.rawTables(undefined, []);
      const folder = path.join(on.folder, "broken");
      mkdirSync(folder, { recursive: true });
      const lines = Array.from({ length: 120 }, (_, day) => connection(day, 7));
      writeFileSync(path.join(folder, "d.log"), [...lines, "nonsense", ""].join("\n"));
      const before = [await count(tables.requests), await count(tables.rejects)] as const;
      let left = 2;
      const run = engine.run.bind(engine);
      engine.run = (sql) =>
        sql.startsWith("INSERT") && left-- === 0
          ? Promise.reject(new Error("the network is gone"))
          : run(sql);
      await expect(ingestRemote(of(folder))).rejects.toThrow("network");
      engine.run = run;
      expect(await count(tables.requests)).toBe(before[0] + 120);
      expect(await ingestRemote(of(folder))).toMatchObject({
        objects: 1,
        parsed: 120,
        rejected: 1,
      });
      expect(await count(tables.requests)).toBe(before[0] + 120);
      expect(await count(tables.rejects)).toBe(before[1] + 1);
    });

    if (!reads) return;

    test("bytes that are no text are counted and named, and a long line is a line", async () => {
      const { engine } = on;
      const { rejects } = engine.rawTables(undefined, []);
      const folder = path.join(on.folder, "bytes");
      mkdirSync(folder, { recursive: true });
      const bad = Buffer.from(connection(1, 7).replace("ECDHE", "EC\xffDHE"), "latin1");
      const long = connection(2, 7).replace("ECDHE", "E".repeat(2 ** 17));
      const parts = [bad, "\n", connection(1, 7), "\n", long, "\n"];
      writeFileSync(
        path.join(folder, "e.log"),
        Buffer.concat(parts.map((part) => Buffer.from(part))),
      );
      expect(await ingestRemote(of(folder))).toMatchObject({ lines: 3, parsed: 2, rejected: 1 });
      const found = await engine.rows(
        `SELECT DISTINCT reason FROM ${rejects} WHERE reason LIKE 'the line h%'`,
      );
      expect(found.map(({ reason }) => reason)).toEqual([
        "the line holds bytes that are not UTF-8, which engines do not read as they are",
      ]);
    });

    test("a template of JSON: what nginx writes, what others rewrite, and what is neither", async () => {
      const { engine } = on;
      const tables = engine.rawTables(undefined, []);
      const folder = path.join(on.folder, "template");
      mkdirSync(folder, { recursive: true });
      const format = formatFromNotation(
        `escape=json '{"time":"$time_iso8601","ip":"$remote_addr","req":"$request","status":$status}'`,
      );
      const start = '{"time":"2026-11-05T10:31:02+00:00","ip":"192.0.2.44"';
      const lines = [
        `${start},"req":"GET /\\"a\\"\\u001B HTTP/1.1","status":404}`,
        `${start},"req":"","status":}`,
        `${start}, "status": 200, "req": "GET /\\u00e9 HTTP/1.1"}`,
        `${start}, "status": 200, "status": 500}`,
        `${start}, "status": }`,
        "",
      ];
      const text = Buffer.from(
        `${lines.join("\n")}\n${start},"req":"\xff","status":200}\n`,
        "latin1",
      );
      writeFileSync(path.join(folder, "f.log"), text);
      const choose = (sample: readonly string[]): Reading => readingOf(format, sample);
      expect(await ingestRemote(of(folder, { choose }))).toMatchObject({
        ...{ objects: 1, lines: 7, parsed: 3, rejected: 3, blank: 1 },
      });
      const rows = await engine.rows(
        `SELECT path, status FROM ${tables.requests} WHERE client_ip = '192.0.2.44' ORDER BY status NULLS FIRST`,
      );
      expect(rows).toEqual([
        { path: null, status: null },
        { path: "/é", status: 200 },
        { path: '/"a"\u001B', status: 404 },
      ]);
      const rejects = await engine.rows(
        `SELECT reason FROM ${tables.rejects} WHERE raw LIKE '%192.0.2.44%' ORDER BY reason`,
      );
      expect(rejects.map(({ reason }) => reason)).toEqual([
        "an object has a name twice, which engines do not read as they are",
        "the line holds bytes that are not UTF-8, which engines do not read as they are",
        "the line is not of the format nginx",
      ]);
    });

    test("a header names the fields of all files; two of them are refused", async () => {
      const folder = path.join(on.folder, "headers");
      mkdirSync(folder, { recursive: true });
      const header = "#Fields: date time c-ip cs-method cs-uri-stem sc-status";
      const line = "2026-11-05 10:31:02 192.0.2.7 GET /a 200";
      writeFileSync(path.join(folder, "a.log"), `#Version: 1.0\r\n${header}\r\n${line}\r\n`);
      writeFileSync(path.join(folder, "b.log"), `${header}\n${line}\nnonsense\n`);
      const choose = (lines: readonly string[]): Reading => readingOf(w3c, lines);
      expect(await ingestRemote(of(folder, { choose }))).toMatchObject({
        ...{ objects: 2, lines: 6, parsed: 2, rejected: 1, blank: 3 },
      });
      writeFileSync(path.join(folder, "c.log"), `${header} cs-host\n${line} x\n`);
      writeFileSync(path.join(folder, "d.log"), `${header}\n${line}\n`);
      await expect(ingestRemote(of(folder, { choose }))).rejects.toMatchObject({
        code: "several-headers",
      });
    });
  });
}

const isBeyond = (year: number, [first, last]: readonly [number, number]): boolean =>
  year < first || year > last;

/** A line of a load balancer's log, so many days after the first of 2026. */
const connection = (day: number, bytes: number): string =>
  `tls 2.0 ${new Date(Date.UTC(2026, 0, 1 + day, 8, 51, 42)).toISOString().slice(0, 19)} net/n/c6 g3 ` +
  `72.21.218.${day % 200}:51341 172.100.100.185:443 5 2 98 ${bytes} - - - ECDHE tlsv12 - my%2Dservice.example.com h2 h2 - 2026-04-01T08:51:20`;
