import { describe, expect, test } from "vitest";
import { detectFormat } from "../../src/formats/detect.js";
import type { Sample } from "../../src/formats/format.js";
import { findFormat } from "../../src/formats/registry.js";
import { parseLines } from "./parse-lines.js";

/** A line that a writer may well write though few do, and what it must become. */
type Row = readonly [line: string, record: Sample["record"]];

const time = "2026-11-05T10:31:02Z";
const clf = (
  middle = '"GET / HTTP/1.1" 200 5 "-" "-"',
  client = "203.0.113.7 - -",
  at = "05/Nov/2026:10:31:02 +0000",
): string => `${client} [${at}] ${middle}`;
const request = (line: string): string => clf(`"${line}" 200 5 "-" "-"`);
const at = (when: string): string => clf(undefined, undefined, when);
const from = (client: string): string => clf(undefined, client);

const combined: readonly Row[] = [
  [from("2001:DB8:0:0:0:0:0:1 - -"), { client_ip: "2001:db8::1", client_net: "2001:db8::/48" }],
  [from("[2001:db8::1] - -"), { client_ip: "2001:db8::1" }],
  [from("::ffff:203.0.113.7 - -"), { client_ip: "203.0.113.7", client_net: "203.0.113.0/24" }],
  [from("host.example.com ident bob"), { client_ip: "host.example.com", user: "bob" }],
  [from('203.0.113.7 - ""'), { user: null }],
  [from("203.0.113.7 - CN=foo,O=bar"), { user: "CN=foo,O=bar" }],
  [from("203.0.113.7\t-\t-"), { client_ip: "203.0.113.7", time }],
  [at("05/nov/2026:10:31:02 +0000"), { time }],
  [at("5/NOV/2026:10:31:02 +0000"), { time }],
  [at("05/Nov/2026:16:01:02 +0530"), { time }],
  [at("05/Nov/2026:01:01:02 -0930"), { time }],
  [at("05/Nov/2026:10:31:02 +00:00"), { time }],
  [at("29/Feb/2024:10:31:02 +0000"), { time: "2024-02-29T10:31:02Z" }],
  [clf('"" 400 0 "" ""'), { status: 400, method: null, referrer: null, user_agent: null }],
  [clf('"-" 408 - "-" "-"'), { status: 408, request_target: null, bytes_sent: 0 }],
  [clf('"GET / HTTP/1.1" 000 0 "-" "-"'), { status: null }],
  [clf('"GET / HTTP/1.1" - - "-" "-"'), { status: null, bytes_sent: 0 }],
  [clf('"GET / HTTP/1.1" 200 5 "-" "\\\\"'), { user_agent: "\\" }],
  [
    clf('"GET / HTTP/1.1" 200 5 "http://x/\\"q\\"" "日本"'),
    { referrer: 'http://x/"q"', user_agent: "日本" },
  ],
  [clf('"GET / HTTP/1.1" 200 5 "-" "Mozilla/5.0 (cut'), { user_agent: "Mozilla/5.0 (cut" }],
  [clf('"\\x16\\x03\\x01\\x02\\x00\\x01" 400 226 "-" "-"'), { method: null, status: 400 }],
  [
    request("CONNECT example.com:443 HTTP/1.1"),
    { method: "CONNECT", host: "example.com", path: null },
  ],
  [request("OPTIONS * HTTP/1.0"), { method: "OPTIONS", path: "*" }],
  [request("PRI * HTTP/2.0"), { method: "PRI", protocol: "HTTP/2.0" }],
  [request("GET / HTTP/3"), { protocol: "HTTP/3" }],
  [request("GET /"), { method: "GET", path: "/", protocol: null }],
  [request("GET /a b c HTTP/1.1"), { path: "/a b c", protocol: "HTTP/1.1" }],
  [request("GET  /a  HTTP/1.1"), { path: "/a", protocol: "HTTP/1.1" }],
  [request("M-SEARCH //a/../b?x=1?y=%3F HTTP/1.1"), { path: "//a/../b", query: "x=1?y=%3F" }],
  [request("GET /? HTTP/1.1"), { path: "/", query: null, request_target: "/?" }],
  [request("GET http://e.com:8080/x?y=1 HTTP/1.1"), { scheme: "http", host: "e.com", path: "/x" }],
];

const vhost: readonly Row[] = [
  [`www.e.com:443 ${clf()}`, { site: "www.e.com", client_ip: "203.0.113.7" }],
  [`[2001:db8::5]:443 ${from("2001:db8::1 - -")}`, { client_ip: "2001:db8::1" }],
  [`default ${clf('"-" 408 0')}`, { site: "default", status: 408 }],
];

const s3 = (...parts: [ip: string, middle: string, agent: string]): string => {
  const [ip, middle, agent] = parts;
  return `79a59df9 bkt [05/Nov/2026:10:31:02 +0000] ${ip} - 3E57427F3EXAMPLE ${middle} "-" ${agent} - hostid= SigV4 TLS_AES_128_GCM_SHA256 AuthHeader bkt.s3.amazonaws.com TLSv1.3 - Yes us-east-1`;
};
const got = 'REST.GET.OBJECT a/b.txt "GET /bkt/a/b.txt HTTP/1.1" 200 - 10 10 5 4';
const buckets: readonly Row[] = [
  [`${s3("2001:db8::1", got, '"ua"')} new1 new2`, { client_ip: "2001:db8::1", bytes_sent: 10 }],
  [
    s3("::ffff:203.0.113.9", got, '"a "quoted" ua"'),
    { client_ip: "203.0.113.9", user_agent: 'a "quoted" ua' },
  ],
  [
    s3("-", 'S3.EXPIRE.OBJECT a/b.txt "-" - - - - - -', '"-"'),
    { client_ip: null, method: null, status: null, bytes_sent: null, key: "a/b.txt" },
  ],
  [s3("-", "S3.EXPIRE.OBJECT a/b.txt - - - - - - -", "-"), { client_ip: null, user_agent: null }],
];

const alb = (
  client: string,
  target: string,
  line: string,
  agent = '"curl/8"',
  end = " TID_x",
): string =>
  `https 2026-11-05T10:31:02Z app/web/50dc ${client} ${target} ${line} ${agent} ECDHE TLSv1.2 arn:aws:t "Root=1" "www.e.com" "arn:aws:c" 1 2026-11-05T10:31:01.364000Z "forward" "-" "-" "10.0.0.1:80" "200" "-" "-"${end}`;
const found = '0.086 0.048 0.037 200 200 34 366 "GET https://www.e.com:443/find?q=1 HTTP/2.0"';
const balancers: readonly Row[] = [
  [
    alb("2001:db8::1:2817", "10.0.0.1:80", found),
    { client_ip: "2001:db8::1", client_port: 2817, duration_ms: 171, time },
  ],
  [alb("[2001:db8::1]:2817", "10.0.0.1:80", found), { client_ip: "2001:db8::1" }],
  [
    alb(
      "203.0.113.9:2817",
      "-",
      '-1 -1 -1 503 - 34 366 "GET https://[2001:db8::5]:443/x HTTP/1.1"',
      '"a \\x22b\\x22"',
      "",
    ),
    { target_ip: null, status: 503, duration_ms: null, host: "[2001:db8::5]", user_agent: 'a "b"' },
  ],
  [
    alb(
      "203.0.113.9:2817",
      "-",
      '-1 -1 -1 - - 0 0 "- http://e.com:80- -"',
      '"-"',
      ' TID_x "-" "-" "-" "new" more',
    ),
    { status: null, method: null },
  ],
];

const haproxy = (client: string, middle: string, before = ""): string =>
  `${before}${client} [05/Nov/2026:10:31:02.655] ${middle}`;
const served =
  'http-in static/srv1 10/0/30/69/109 200 2750 - - ---- 1/1/1/1/0 0/0 "GET /a HTTP/1.1"';
const proxies: readonly Row[] = [
  [
    haproxy("2001:db8::1:33317", served),
    { client_ip: "2001:db8::1", client_port: 33317, duration_ms: 109 },
  ],
  [
    haproxy("::ffff:203.0.113.8:33317", served),
    { client_ip: "203.0.113.8", time: "2026-11-05T10:31:02.655Z" },
  ],
  [
    haproxy("203.0.113.7:1", served, "<134>Nov  5 10:31:02 haproxy[7]: "),
    { client_ip: "203.0.113.7" },
  ],
  [
    haproxy(
      "203.0.113.7:1",
      'https~ a/<NOSRV> -1/-1/-1/-1/+3 400 +187 SRV=a b=c CR-- 1/1/1/1/0 0/0 {e.com|} {} "<BADREQ>"',
    ),
    { site: "https", status: 400, bytes_sent: 187, duration_ms: 3, method: null },
  ],
];

const squid: readonly Row[] = [
  [
    "1762338662.123      0 203.0.113.7 NONE/400 3921 NONE error:invalid-request - HIER_NONE/- text/html",
    { status: 400, path: "error:invalid-request" },
  ],
  [
    "1762338662.123      0 203.0.113.7 NONE_NONE/000 0 NONE error:transaction-end-before-headers - HIER_NONE/- -",
    { status: null },
  ],
  [
    "1762338662.123  60000 203.0.113.7 TCP_TUNNEL/200 5120 CONNECT e.com:443 bob HIER_DIRECT/192.0.2.1 -",
    { method: "CONNECT", host: "e.com", user: "bob", path: null },
  ],
  [
    "1762338662.123     -1 2001:db8::1 TCP_MISS_ABORTED/000 0 GET http://[2001:db8::2]:8080/ - HIER_DIRECT/2001:db8::2 -",
    { host: "[2001:db8::2]", target_ip: "2001:db8::2", duration_ms: null },
  ],
  [
    "1762338662.123    180 203.0.113.7 TCP_MISS/200 411 GET cache_object://localhost/info - HIER_NONE/- text/plain",
    { scheme: "cache_object", host: "localhost", path: "/info" },
  ],
];

const cloudfront: readonly Row[] = [
  [
    "2026-11-05\t10:31:02\tFRA56-P4\t0\t2001:db8::1\t-\td1.cloudfront.net\t-\t000\t-\tMozilla/5.0%20(X11)\t-\t-\tError\tabc==\te.com\thttps\t23\t-\t-\t-\t-\tError\tHTTP/3.0\t-\t-\t11040\t-\tError\t-\t-\t-\t-",
    {
      status: null,
      client_ip: "2001:db8::1",
      method: null,
      user_agent: "Mozilla/5.0 (X11)",
      duration_ms: null,
      time,
    },
  ],
];

const traefik: readonly Row[] = [
  [
    clf('"- - -" - - "-" "-" 45640 "-" "-" 0ms', "- - -"),
    { client_ip: null, status: null, duration_ms: 0 },
  ],
];

const objects: readonly Row[] = [
  [
    '{"level":"info","ts":1762338662500,"logger":"http.log.access","msg":"handled request","request":{"remote_addr":"203.0.113.7:55","proto":"HTTP/3.0","method":"GET","host":"[2001:db8::1]:8443","uri":"/a?b=c","headers":{"User-Agent":["x","y"],"Accept":["*/*"]}},"duration":0.001,"size":3,"status":200}',
    {
      time: "2025-11-05T10:31:02.5Z",
      client_ip: "203.0.113.7",
      user_agent: "x",
      duration_ms: 1,
      query: "b=c",
    },
  ],
];

describe.each([
  ["combined", combined],
  ["vhost", vhost],
  ["s3", buckets],
  ["alb", balancers],
  ["haproxy", proxies],
  ["squid", squid],
  ["cloudfront", cloudfront],
  ["traefik", traefik],
  ["caddy", objects],
] as const)("%s is recognised by one odd line, and read alike in both ways", (name, rows) => {
  test.each(rows)("%s", async (line, record) => {
    const format = findFormat(name);
    expect(detectFormat([line]).reading.format.name).toBe(name);
    for (const exactly of [false, true]) {
      const [row] = await parseLines(format as NonNullable<typeof format>, [line], { exactly });
      expect(row?.["reason"]).toBeUndefined();
      for (const [column, value] of Object.entries(record)) {
        expect(row?.[column] ?? null, column).toEqual(value);
      }
    }
  });
});

describe("refused in both ways", () => {
  test.each([
    ["combined", at("31/Feb/2026:10:31:02 +0000")],
    ["combined", at("05/Nov/2026:24:31:02 +0000")],
    ["combined", at("05/Nov/202:10:31:02 +0000")],
    ["combined", at("05/Nov/20260:10:31:02 +0000")],
    ["combined", at("05/Nov/2026:10:31:02 UTC")],
    ["combined", clf('"GET / HTTP/1.1" 1000 5 "-" "-"')],
    ["combined", clf('"GET / HTTP/1.1" 200 -5 "-" "-"')],
    ["combined", clf('"GET / HTTP/1.1" 200 18446744073709551615 "-" "-"')],
    ["vhost", `a,b ${clf()}`],
    [
      "elb",
      '205-05-13T23:39:43Z lb 192.0.2.1:1 10.0.0.1:80 0 0 0 200 200 5 57 "GET / HTTP/1.1" "-" - -',
    ],
    ["haproxy", `203.0.113.7:1 [05/Nov/2026:10:31:02.65] ${served}`],
    ["squid", "-1762338662.123 0 203.0.113.7 TCP_MISS/200 4 GET http://e.com/ - HIER_NONE/- -"],
    ["iis", "2016-02-15: 23:44:42 10.10.2.18 GET / - 443 - 198.51.100.7 - - 200 0 995 29761"],
    ["iis", "2016-02-15 23:44 10.10.2.18 GET / - 443 - 198.51.100.7 - - 200 0 995 29761"],
    ["iis", "2016-02-15 23:44:42 10.10.2.18 GET / - 443 - 198.51.100.7 - - 20 0 995 29761"],
  ])("%s: %s", async (name, line) => {
    const format = findFormat(name) as NonNullable<ReturnType<typeof findFormat>>;
    // The layout of the line as it should have been: what a line among good ones meets.
    const like = "samples" in format ? format.samples.map((sample) => sample.line) : [];
    for (const exactly of [false, true]) {
      const [row] = await parseLines(format, [line], { like, exactly });
      expect(row?.["outcome"]).toBe("rejected");
    }
  });
});

test("cloudfront v2's own names tell whose #Fields they are", () => {
  for (const names of [
    "timestamp c-ip sc-status",
    "c-ip cs-method asn",
    "date time c-ip c-country",
  ]) {
    expect(detectFormat([`#Fields: ${names}`]).reading.format.name).toBe("cloudfront");
  }
  expect(detectFormat(["#Fields: date time c-ip"]).reading.format.name).toBe("w3c");
});
