import { describe, expect, test } from "vitest";
import type { Format } from "../../src/formats/format.js";
import { haproxy } from "../../src/formats/haproxy.js";
import { formatFromNotation } from "../../src/formats/log-format.js";
import { nginx } from "../../src/formats/nginx.js";
import { squid } from "../../src/formats/squid.js";
import { traefik } from "../../src/formats/traefik.js";
import { Problem } from "../../src/problems/problem.js";
import { parseLines } from "./parse-lines.js";
import { corpus, fileLines, hasCorpus, readJsonLines } from "./vectors.js";

/** A line with what the parser of another project makes of it, in that parser's words. */
interface NativeVector {
  readonly id: string;
  readonly config?: { readonly log_format: string };
  readonly line: string | null;
  readonly valid: boolean;
  readonly expect_native: Native | null;
}

type Value = string | number | null | undefined;
type Native = { readonly [name: string]: Value } & {
  readonly parsed?: Record<string, Value>;
  readonly meta?: Record<string, Value>;
};

const skipped = hasCorpus ? "" : " (skipped: there is no ../shared/corpus)";
const vectorsOf = (path: string): NativeVector[] =>
  hasCorpus ? readJsonLines<NativeVector>(corpus + path) : [];
const linesOf = (path: string): string[] =>
  fileLines(corpus + path).filter((line) => line.trim() !== "");

/** What the parser of the vectors calls a column of the record. */
const names: Record<string, string> = {
  remote_host: "client_ip",
  remote_user: "user",
  time: "time",
  method: "method",
  url: "request_target",
  protocol: "protocol",
  status: "status",
  size: "bytes_sent",
  bytes_sent: "bytes_sent",
  referer: "referrer",
  user_agent: "user_agent",
  remote_port: "client_port",
  url_stem: "path",
  "IP:connection.client.ip": "client_ip",
  "IP:connection.client.host": "client_ip",
  "IP:nginxmodule.kubernetes.the_real_ip": "client_ip",
  "IP:connection.server.ip": "target_ip",
  "STRING:connection.client.user": "user",
  "TIME.EPOCH:request.receive.time.epoch": "time",
  "TIME.EPOCH:request.receive.time.last.epoch": "time",
  "HTTP.METHOD:request.firstline.method": "method",
  "HTTP.URI:request.firstline.uri": "request_target",
  "HTTP.PROTOCOL_VERSION:request.firstline.protocol": "protocol",
  "STRING:request.status.last": "status",
  "BYTES:response.body.bytes": "bytes_sent",
  "BYTES:response.bytes": "bytes_sent",
  "BYTES:request.bytes": "bytes_received",
  "HTTP.URI:request.referer": "referrer",
  "HTTP.USERAGENT:request.user-agent": "user_agent",
  "HTTP.COOKIES:request.cookies": "cookie",
  "MICROSECONDS:response.server.processing.time": "duration_us",
  "HTTP.HEADER:response.header.etag": "%{Etag}o",
  "HTTP.HEADER:request.header.sec-ch-ua": "%{Sec-CH-UA}i",
  "UNKNOWN_NGINX_VARIABLE:nginx.unknown.foobar": "$foobar",
  source_ip: "client_ip",
  client_port: "client_port",
  http_verb: "method",
  request: "request_target",
  http_status: "status",
  http_user_agent: "user_agent",
  http_referer: "referrer",
  body_bytes_sent: "bytes_sent",
  bytes_read: "bytes_sent",
  backend_name: "backend",
  time_duration: "duration_ms",
  request_duration_in_ms: "duration_ms",
  proxy_upstream_name: "$proxy_upstream_name",
};

/** The row's value in the words of the vector's parser. */
function told(row: Record<string, unknown>, name: string): unknown {
  const extra = (row["extra"] ?? {}) as Record<string, unknown>;
  if (name === "duration_us") return Math.round(Number(row["duration_ms"]) * 1000);
  return row[name] ?? extra[name] ?? null;
}

function same(name: string, got: unknown, wanted: Value): boolean {
  if (wanted === null || wanted === "-" || wanted === "") return got === null || got === 0;
  if (name !== "time") return String(got) === String(wanted);
  const instant = Number(wanted) || Date.parse(String(wanted));
  return Date.parse(String(got)) === instant;
}

const isAccess = ({ expect_native }: NativeVector): boolean =>
  !JSON.stringify(expect_native).includes("http_error-log");

async function check(vector: NativeVector, format: Format): Promise<void> {
  const [row = {}] = await parseLines(format, [vector.line ?? ""]);
  expect(row["outcome"], String(row["reason"])).toBe(vector.valid ? "parsed" : "rejected");
  const { parsed, meta, ...flat } = vector.expect_native ?? {};
  const wanted: Record<string, Value> = vector.valid ? { ...flat, ...parsed, ...meta } : {};
  for (const [native, value] of Object.entries(wanted)) {
    const name = names[native];
    if (name === undefined) continue;
    const got = told(row, name);
    expect(same(name, got, value), `${native}: ${String(got)} for ${value}`).toBe(true);
  }
}

describe.skipIf(!hasCorpus)(`other projects' vectors${skipped}`, () => {
  test.each([
    ...vectorsOf("lars/apache.cases.jsonl"),
    ...vectorsOf("nielsbasjes-logparser/apache.cases.jsonl"),
    ...vectorsOf("nielsbasjes-logparser/nginx.cases.jsonl"),
  ])("$id", async (vector) => {
    const notation = vector.config?.log_format ?? "";
    const dialect = notation.includes("$") ? "nginx" : "apache";
    if (vector.line === null) {
      expect(() => formatFromNotation(notation, { dialect })).toThrow(Problem);
    } else {
      await check(vector, formatFromNotation(notation, { dialect }));
    }
  });

  const parsers: readonly (readonly [string, Format])[] = [
    ["haproxy-logs", haproxy],
    ["nginx_http-logs", nginx],
    ["nginx-proxy-manager-logs", nginx],
    ["traefik_clf", traefik],
  ];
  const hub = parsers.flatMap(([name, format]) =>
    vectorsOf(`crowdsec-hub/parsers/${name}.cases.jsonl`).map((vector) => ({ ...vector, format })),
  );
  // An error log is not an access log.
  test.each(hub.filter(isAccess))("$id", async (vector) => {
    await check(vector, vector.format);
  });

  test("webreadr/log.squid adds up", async () => {
    const [oracle = {}] = [fileLines(`${corpus}webreadr/log.squid.oracle.json`).join("")].map(
      (text) => JSON.parse(text) as Record<string, unknown>,
    );
    const rows = await parseLines(squid, linesOf("webreadr/log.squid"));
    const sum = (name: string): number => rows.reduce((total, row) => total + Number(row[name]), 0);
    const count = (name: string): number => new Set(rows.map((row) => row[name])).size;
    expect(rows.filter((row) => row["outcome"] !== "parsed")).toEqual([]);
    expect(rows).toHaveLength(oracle["lines"] as number);
    expect(sum("bytes_sent")).toBe(oracle["bytes"]);
    expect(sum("duration_ms")).toBe(oracle["duration_ms_sum"]);
    expect(count("client_ip")).toBe(oracle["unique_clients"]);
    expect(count("request_target")).toBe(oracle["unique_urls"]);
  });

  test.each([
    ["lnav/haproxy.0", haproxy, 3],
    ["lnav/shop_access_log.0", nginx, 0],
    ["matomo-log-analytics/logs/haproxy.log", haproxy, 0],
  ] as const)("%s is read but for its notices", async (path, format, notices) => {
    const rows = await parseLines(format, linesOf(path));
    expect(rows.filter((row) => row["outcome"] !== "parsed")).toHaveLength(notices);
  });
});
