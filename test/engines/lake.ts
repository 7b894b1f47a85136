import { mkdirSync } from "node:fs";
import path from "node:path";
import { expect } from "vitest";
import { culprit } from "../cli/culprit.js";
import { log, random, type Hit } from "../cli/logs.js";
import { formats } from "../../src/formats/registry.js";
import { log as totalsLog } from "../cases/compare/totals/make.mjs";
import { BACK_FORMAT } from "../servers/squid-apache.mjs";
import { filesOf } from "./raw-lines.js";

/** Values with which an attacker would try to leave the text that they are. */
export const hostile: readonly string[] = [
  "/'; DROP TABLE requests; --",
  "/''",
  "/'",
  "/\\",
  "/\\'",
  "/\\\\'",
  "/a\\nb",
  "/%",
  "/%25_!%",
  "/_",
  "/a!b",
  "/$1$&",
  "/{x:String}",
  "/?",
  "/`x`",
  "/\u00e9\u4e2d\ud83d\ude00",
  "/e\u0301",
  "/\u202e",
  "/%00",
  "/\\0",
  "/\\x00",
  "/\\x41",
  "/$(id)",
  "/{{7*7}}",
  "/--",
  "/*x*/",
];

const AGENTS = [
  "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36",
  "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
  "curl/8.5.0",
  "GPTBot/1.2 (it's; a \\\\ 'bot')",
  "-",
];

/** Requests of three days: some clients, many paths, errors, a flood, IPv6, and hostile paths. */
function hits(): Hit[] {
  const next = random(7);
  const start = Date.parse("2026-10-24T20:00:00Z");
  const ordinary = Array.from({ length: 2000 }, (_, at): Hit => {
    const address = next(60);
    return {
      ip: address < 8 ? `2001:db8:${address % 3}::${address}` : `198.51.${address % 4}.${address}`,
      time: new Date(start + Math.floor((at / 2000) * 60 * 3_600_000)).toISOString(),
      method: ["GET", "GET", "GET", "POST", "HEAD"][next(5)] ?? "GET",
      target:
        ["/", `/shop/${next(30)}.html`, `/img/${next(9)}.PNG`, `/api/v1/x?id=${next(5)}`][
          next(4)
        ] ?? "/",
      status: [200, 200, 200, 206, 304, 404, 500, 503][next(8)] ?? 200,
      bytes: next(5) === 0 ? 0 : next(50_000),
      agent: AGENTS[next(AGENTS.length)] ?? "-",
      referrer: next(3) === 0 ? "-" : `https://ref${next(4)}.example/`,
    };
  });
  const flood = Array.from({ length: 900 }, (_, at): Hit => ({
    ip: "203.0.113.7",
    time: new Date(start + 30 * 3_600_000 + at * 5000).toISOString(),
    target: "/shop/export.zip",
    bytes: 90_000,
    agent: "python-requests/2.31",
  }));
  const odd = hostile.flatMap((target, at): Hit[] => [
    { ip: "192.0.2.9", time: new Date(start + at * 1000).toISOString(), target, agent: target },
  ]);
  return [...ordinary, ...flood, ...odd];
}

/** Ingests a combined log and an S3 log, with a derived column, into a store in a folder. */
export async function makeLake(folder: string): Promise<string> {
  mkdirSync(folder, { recursive: true });
  const store = path.join(folder, "store");
  const combined = log("lake.log", hits());
  const s3 = log(
    "lake-s3.log",
    Array.from({ length: 40 }, (_, at) => s3Line(at)),
  );
  for (const file of [combined, s3]) {
    const { code, err } = await culprit([
      ...["ingest", file, "--store", store, "--derive", "shop_item=path~/shop/([0-9]+)"],
    ]);
    expect(err).not.toMatch(/error/);
    expect(code).toBe(0);
  }
  return store;
}

/** Ingests the samples of every format, a file for each of their headers, and totals into a store in a folder. */
export async function makeFormatsLake(folder: string): Promise<string> {
  mkdirSync(folder, { recursive: true });
  const store = path.join(folder, "formats");
  for (const format of formats) {
    const files = filesOf(format, 0).map(({ like, lines }, at) => {
      const header = like.slice(0, 1).filter((line) => line.startsWith("#"));
      return log(`lake-${format.name}-${at}.log`, [...header, ...lines]);
    });
    const { code, err } = await culprit([
      ...["ingest", ...files, "--format", format.name, "--store", store],
    ]);
    expect({ code, err: err.match(/error.*/g) }, format.name).toEqual({ code: 0, err: null });
  }
  const totals = log(TOTALS, totalsLog.trimEnd().split("\n"));
  const { code } = await culprit(["ingest", totals, "--format", "jsonl", "--store", store]);
  expect(code).toBe(0);
  return store;
}

/** The name of the log of totals in the lake of formats. */
export const TOTALS = "lake-totals.log";

/** Ingests Squid's log and Apache's behind it into a store in a folder. */
export async function makeTwoLogsLake(
  folder: string,
  logs: { readonly front: string; readonly back: string },
): Promise<string> {
  mkdirSync(folder, { recursive: true });
  const store = path.join(folder, "two-logs");
  const ingest = (name: string, text: string, ...flags: string[]): ReturnType<typeof culprit> =>
    culprit(["ingest", log(name, text.trimEnd().split("\n")), "--store", store, ...flags]);
  const front = await ingest("lake-squid.log", logs.front, "--format", "squid");
  const back = await ingest("lake-apache.log", logs.back, "--log-format", BACK_FORMAT);
  expect([front, back]).toMatchObject([{ code: 0 }, { code: 0 }]);
  return store;
}

const s3Line = (at: number): string =>
  `7cd47ef2be bucket-${at % 2} [25/Oct/2026:0${at % 10}:15:00 +0000] 192.0.2.${at % 5} arn:aws:iam::1:user/u ` +
  `REQ${at} REST.GET.OBJECT photos/${at % 7}.jpg "GET /bucket/photos/${at % 7}.jpg HTTP/1.1" 200 - ${at * 1000} 80000 ` +
  `${at} ${at} "-" "aws-sdk/1.0" - hostid= SigV4 ECDHE-RSA-AES128-GCM-SHA256 AuthHeader bucket.s3.amazonaws.com TLSv1.3 - -`;
