import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { onTestFinished } from "vitest";
import { DuckDb } from "../../src/engines/duckdb/engine.js";
import { literal } from "../../src/engines/sql.js";
import type { Place } from "../../src/store/place.js";
import { verify } from "../../src/store/verify.js";
import { Workspace } from "../../src/store/workspace.js";
import { bin } from "../cli/built.js";

export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), "culprit-store-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export async function openEngine(): Promise<{ db: DuckDb; workspace: Workspace }> {
  const workspace = Workspace.create();
  const memory = 512 * 2 ** 20;
  const db = await DuckDb.open({ memory, temporary: workspace.folder, logZone: "UTC" });
  onTestFinished(() => {
    db.close();
    workspace.remove();
  });
  return { db, workspace };
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs culprit in a process of its own; `kill` may end it early. */
export function culprit(
  cwd: string,
  args: readonly string[],
  kill: (send: () => void, ended: () => boolean) => void = () => {},
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [bin, ...args], {
      cwd,
      stdio: "pipe",
      // What a killed one leaves goes with the test's folder.
      env: { ...process.env, TMPDIR: cwd },
    });
    child.stdin.end();
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ code, signal, stdout, stderr }));
    kill(
      () => child.kill("SIGKILL"),
      () => child.exitCode !== null || child.signalCode !== null,
    );
  });
}

/** What any engine finds below `requests/`: rows, bytes, and a hash in which their order has no part. */
export interface Content {
  readonly rows: number;
  readonly bytes: number;
  readonly hash: string;
}

export async function contentOf(db: DuckDb, store: string): Promise<Content> {
  const glob = literal(path.join(store, "requests", "**", "*.parquet"));
  const [row] = await db.rows(`SELECT count(*) AS rows, CAST(sum(bytes_sent) AS BIGINT) AS bytes,
    CAST(sum(CAST(hash(t) AS HUGEINT)) AS VARCHAR) AS hash
    FROM read_parquet(${glob}, union_by_name = true, hive_partitioning = true,
      hive_types = {'day': VARCHAR, 'log_type': VARCHAR}) AS t`);
  return row as unknown as Content;
}

/** All that can be wrong with a store at rest: nothing is left behind, and every file is as the ledger says. */
export async function faultsOf(
  { db, workspace }: { db: DuckDb; workspace: Workspace },
  place: Place,
): Promise<string[]> {
  const own = Workspace.create(workspace.folder);
  const { faults } = await verify(db, place, own);
  own.remove();
  const left = (await place.list("_staging")).map(({ name }) => name);
  const ledger = (await place.list("ledger")).map(({ name }) => name);
  return [...faults, ...left, ...ledger.filter((name) => !name.endsWith(".json"))];
}

const DAY = 86_400;
const START = Date.UTC(2026, 10, 1) / 1000;
const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

/** `01/Nov/2026:00:00:00 +0000` */
export function clfTime(second: number): string {
  const [date = "", time = ""] = new Date(second * 1000).toISOString().split(/[TZ.]/);
  const [year, month, day] = date.split("-");
  return `${day}/${MONTHS[Number(month) - 1]}/${year}:${time} +0000`;
}

/** Lines of one kind, evenly over days from 1 November 2026 on; `from` tells runs of lines apart. */
export interface Lines {
  readonly count: number;
  readonly from?: number;
  readonly days?: number;
}

const secondOf = (index: number, { count, days = 2 }: Lines): number =>
  START + Math.floor(((index % count) * days * DAY) / count);

const numbers = ({ count, from = 0 }: Lines): number[] =>
  Array.from({ length: count }, (_, index) => from + index);

export const combinedLines = (lines: Lines): string =>
  numbers(lines)
    .map(
      (n) =>
        `192.0.2.${n % 7} - - [${clfTime(secondOf(n, lines))}] "GET /page/${n}?q=${n % 3} HTTP/1.1" 200 ${n % 997} "-" "agent/${n % 5}"\n`,
    )
    .join("");

export const s3Lines = (lines: Lines): string =>
  numbers(lines)
    .map(
      (n) =>
        `owner bucket [${clfTime(secondOf(n, lines))}] 198.51.100.${n % 9} - ID${n} REST.GET.OBJECT key/${n} "GET /key/${n} HTTP/1.1" 200 - ${n % 991} ${n % 991} 7 6 "-" "agent/${n % 4}" - host${n}= SigV4 ECDHE-RSA-AES128-GCM-SHA256 AuthHeader bucket.s3.amazonaws.com TLSv1.2 - -\n`,
    )
    .join("");

export const squidLines = (lines: Lines): string =>
  numbers(lines)
    .map(
      (n) =>
        `${secondOf(n, lines)}.123 ${n % 400} 203.0.113.${n % 5} TCP_MISS/200 ${n % 983} GET http://origin.example/${n} - HIER_DIRECT/192.0.2.1 text/html\n`,
    )
    .join("");

/** Writes a log that was last written to long ago, unless it is `live`. */
export function write(folder: string, name: string, text: string, live = false): string {
  const file = path.join(folder, name);
  writeFileSync(file, name.endsWith(".gz") ? gzipSync(text) : text);
  const time = live ? new Date() : new Date(START * 1000);
  utimesSync(file, time, time);
  return file;
}
