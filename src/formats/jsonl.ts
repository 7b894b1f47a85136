import { Problem } from "../problems/problem.js";
import { defineFormat, type JsonFormat } from "./format.js";
import { int } from "./kinds/numbers.js";
import { text } from "./kinds/text.js";
import type { Kind } from "./kinds/kind.js";
import type { JsonField, JsonLayout } from "./layout.js";
import { address, anyTime, at, goDuration } from "./notations/json.js";
import { usualFields, usualRequest } from "./notations/json-names.js";
import { record, type RecordColumn } from "./record.js";

/** What a mapped column is read as; `unit` is that of a duration. */
function mappedKind(column: RecordColumn, unit: string): Kind {
  switch (record[column].type) {
    case "time":
      return anyTime(column, RANK);
    case "ip":
      return address(column, RANK);
    case "int":
      return int(column, { rank: RANK });
    case "float":
      return goDuration(column, unit as "s", RANK);
    default:
      return text(column, { rank: RANK });
  }
}

/** Above every guess. */
const RANK = 10;

const UNIT = /:(s|ms|us|ns)$/;

/**
 * One JSON object a line. A mapping says from which path a column is read; for the columns that it
 * does not name, the usual names are tried. A duration may name its unit, default milliseconds.
 *
 * `jsonlFormat({ client_ip: "peer.addr", duration_ms: "took:s" })`
 */
export function jsonlFormat(mapping: Readonly<Record<string, string>> = {}): JsonFormat {
  const fields = Object.entries(mapping).map(([column, path]) => mapped(column, path));
  const guessed = usualFields.filter(({ kind }) => !fields.some((field) => claims(field, kind)));
  const paths = fields.flatMap((field) => field.paths);
  return { ...jsonl, json: layoutOf([...fields, ...guessed], [...paths, ...usualRequest]) };
}

const claims = (field: JsonField, kind: Kind): boolean =>
  Object.keys(kind.columns).every((column) => column in field.kind.columns);

const layoutOf = (json: readonly JsonField[], requires: readonly string[]): JsonLayout => ({
  json,
  requires,
});

function mapped(column: string, path: string): JsonField {
  if (!(column in record) || column === "extra" || path === "") {
    throw new Problem({
      code: "bad-mapping",
      what: `${column}=${path} is no mapping`,
      why: path === "" ? "The path is empty" : `The record has no column ${column}`,
      help: "Write COLUMN=PATH, such as client_ip=request.peer; culprit formats --fields lists the columns",
      exit: 2,
    });
  }
  const unit = UNIT.exec(path)?.[1] ?? "ms";
  const isDuration = record[column as RecordColumn].type === "float";
  const field = at(
    mappedKind(column as RecordColumn, unit),
    isDuration ? path.replace(UNIT, "") : path,
  );
  return { ...field, native: `${column}=${path}` };
}

export const jsonl = defineFormat({
  name: "jsonl",
  aliases: ["json", "ndjson", "nginx_json", "cloudflare"],
  about:
    "One JSON object a line: nginx escape=json, Cloudflare, Envoy, Google Cloud, ECS and others",
  notation: "a field mapping, such as time=ts client_ip=peer.addr; without one the usual names",
  json: layoutOf(usualFields, usualRequest),
  samples: [
    {
      line: '{"time_local":"05/Nov/2026:10:31:02 +0100","remote_addr":"203.0.113.7","remote_user":"","request":"GET /a?b=c HTTP/1.1","status":"200","body_bytes_sent":"5120","request_time":"0.004","http_referer":"","http_user_agent":"Mozilla \\"5.0\\" é","upstream_addr":"10.0.0.1:8080","colo":"ams","nested":{"a":1}}',
      record: {
        time: "2026-11-05T09:31:02Z",
        client_ip: "203.0.113.7",
        user: null,
        method: "GET",
        request_target: "/a?b=c",
        path: "/a",
        query: "b=c",
        protocol: "HTTP/1.1",
        status: 200,
        bytes_sent: 5120,
        duration_ms: 4,
        referrer: null,
        user_agent: 'Mozilla "5.0" é',
        target_ip: "10.0.0.1",
        target_port: 8080,
        extra: { colo: "ams" },
      },
    },
    {
      line: '{"msec":"1762335062.125","remote_addr":"::ffff:203.0.113.7","request_method":"POST","uri":"/a","args":"b=c","server_protocol":"HTTP/2.0","scheme":"https","host":"www.example.com:443","status":201,"bytes_sent":10}',
      record: {
        time: "2025-11-05T09:31:02.125Z",
        client_ip: "203.0.113.7",
        method: "POST",
        request_target: "/a?b=c",
        protocol: "HTTP/2.0",
        scheme: "https",
        host: "www.example.com",
        status: 201,
      },
    },
    {
      line: '{"ClientIP":"87.226.160.250","ClientRequestHost":"www.ripe.net","ClientRequestMethod":"HEAD","ClientRequestURI":"/","EdgeEndTimestamp":"2022-10-30T00:00:02Z","EdgeResponseBytes":570,"EdgeResponseStatus":301,"EdgeStartTimestamp":"2022-10-30T00:00:02Z","RayID":"761fde4e984e5ab2","CacheCacheStatus":"unknown","ClientASN":12389,"ClientCountry":"ru","ClientRequestBytes":567,"ClientRequestPath":"/","ClientRequestProtocol":"HTTP/1.1","ClientRequestUserAgent":"","ClientRequestScheme":"http","OriginIP":""}',
      record: {
        time: "2022-10-30T00:00:02Z",
        client_ip: "87.226.160.250",
        host: "www.ripe.net",
        method: "HEAD",
        path: "/",
        protocol: "HTTP/1.1",
        scheme: "http",
        status: 301,
        bytes_sent: 570,
        bytes_received: 567,
        country: "ru",
        asn: 12389,
        request_id: "761fde4e984e5ab2",
        cache_result: "unknown",
        user_agent: null,
        target_ip: null,
      },
    },
    {
      line: '{"httpRequest":{"requestMethod":"GET","requestUrl":"https://www.example.com/a?b","status":200,"responseSize":"123","remoteIp":"203.0.113.9","userAgent":"curl","latency":"0.052s"},"timestamp":"2026-11-05T09:31:02.125+01:00"}',
      record: {
        time: "2026-11-05T08:31:02.125Z",
        client_ip: "203.0.113.9",
        path: "/a",
        query: "b",
        host: "www.example.com",
        bytes_sent: 123,
        duration_ms: 52,
      },
    },
    {
      line: '{"@timestamp":1762335062125,"source":{"ip":"203.0.113.9"},"http":{"request":{"method":"GET"},"response":{"status_code":404,"body":{"bytes":9}}},"url":{"path":"/x","query":"y=1"},"user_agent":{"original":"curl/8"}}',
      record: {
        time: "2025-11-05T09:31:02.125Z",
        client_ip: "203.0.113.9",
        request_target: "/x?y=1",
        status: 404,
        bytes_sent: 9,
        user_agent: "curl/8",
      },
    },
  ],
  refusals: [
    { line: '{"level":"info","msg":"started"}', reason: "the object has none of" },
    { line: "[1, 2]", reason: "the line is JSON but not an object" },
    { line: '{"status": 200', reason: "not JSON" },
    { line: '{"time":"late","status":200}', reason: "is not a time: late" },
  ],
});
