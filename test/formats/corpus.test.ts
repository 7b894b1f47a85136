import { readFileSync } from "node:fs";
import { Readable } from "node:stream";
import { describe, expect, test } from "vitest";
import { HEADER, isJson, type Format } from "../../src/formats/format.js";
import { formatFromNotation } from "../../src/formats/log-format.js";
import { findFormat } from "../../src/formats/registry.js";
import { Problem } from "../../src/problems/problem.js";
import { cleanLines } from "../../src/sources/clean-lines.js";
import { parseLines } from "./parse-lines.js";
import { compared, corpus, fileLines, hasCorpus, readJsonLines, type Vector } from "./vectors.js";

const named: Readonly<Record<string, string>> = {
  aws_s3: "s3",
  aws_cloudfront: "cloudfront",
  aws_alb: "alb",
  aws_nlb: "nlb",
  aws_clb: "elb",
  apache: "combined",
  apache_common_or_combined: "combined",
  apache_common: "common",
  apache_combined: "combined",
  apache_vhost: "vhost",
  nginx_combined: "nginx",
  traefik_common: "traefik",
  traefik_json: "traefik-json",
  haproxy: "haproxy",
};

function formatOf({ format, config }: Vector): Format {
  if (config?.log_format !== undefined) {
    return formatFromNotation(config.log_format, { dialect: "apache" });
  }
  return known(named[format] ?? format);
}

function known(name: string): Format {
  const format = findFormat(name);
  if (format === undefined) throw new Error(`no format ${name}`);
  return format;
}

const vectors = hasCorpus ? readJsonLines<Vector>(`${corpus}_canon/dev.jsonl`) : [];

/** Rows of the requests in a file; headers and blank lines are neither parsed nor refused. */
async function rowsOf(name: string | Format, path: string) {
  const format = typeof name === "string" ? known(name) : name;
  const lines = fileLines(corpus + path);
  const rows = await parseLines(format, lines, { like: lines });
  return rows.filter(({ outcome }) => outcome !== "blank");
}

const skipped = hasCorpus ? "" : " (skipped: there is no ../shared/corpus)";

describe.skipIf(!hasCorpus)(`vectors of other projects${skipped}`, () => {
  const lines = vectors.filter(({ line }) => line !== undefined);

  test.each(lines.filter(({ valid }) => valid).map((vector) => [vector.id, vector] as const))(
    "%s",
    async (_id, vector) => {
      const [row = {}] = await parseLines(formatOf(vector), [vector.line as string]);
      expect(row["reason"]).toBeUndefined();
      const { wanted, got } = compared(vector.expect ?? {}, row);
      expect(got).toEqual(wanted);
    },
  );

  test.each(lines.filter(({ valid }) => !valid).map((vector) => [vector.id, vector] as const))(
    "%s is refused",
    async (_id, vector) => {
      const [row] = await parseLines(formatOf(vector), [vector.line as string]);
      expect(row?.["outcome"]).toBe("rejected");
      expect(row?.["reason"]).toMatch(/./);
    },
  );

  test.each(
    vectors
      .filter(({ line }) => line === undefined)
      .map((vector) => [vector.config?.log_format, vector] as const),
  )("the LogFormat %s is refused", (_notation, vector) => {
    expect(() => formatOf(vector)).toThrow(Problem);
  });
});

describe.skipIf(!hasCorpus)(`whole files of other projects${skipped}`, () => {
  const matomo = "matomo-log-analytics/logs/";
  const agent =
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/535.11 (KHTML, like Gecko) Chrome/17.0.963.56 Safari/535.11";

  const files: readonly [
    format: string,
    path: string,
    rows: readonly Readonly<Record<string, unknown>>[],
  ][] = [
    [
      "alb",
      `${matomo}alb.log`,
      [
        {
          time: "2020-01-01T00:55:04.127531Z",
          client_ip: "1.2.3.4",
          path: "/path/index.html",
          host: "www.example.com",
          status: 200,
          bytes_sent: 24950,
          user_agent: agent,
          duration_ms: 103,
        },
      ],
    ],
    [
      "elb",
      `${matomo}elb.log`,
      [
        { client_ip: "1.2.3.4", path: "/path/index.html", bytes_sent: 57, user_agent: agent },
        { reason: expect.any(String) },
        { client_ip: "192.168.131.39", bytes_sent: 305 },
      ],
    ],
    [
      "cloudfront",
      `${matomo}amazon_cloudfront_web.log`,
      [
        {
          time: "2014-05-23T01:13:11Z",
          client_ip: "192.0.2.10",
          path: "/view/my/file.html",
          status: 200,
          duration_ms: 1,
          referrer: "https://example.com/",
          user_agent:
            "Mozilla/5.0 (Windows; U; Windows NT 6.1; de-DE) AppleWebKit/534.17 (KHTML, like Gecko) Chrome/10.0.649.0 Safari/534.17",
        },
      ],
    ],
    [
      "cloudfront",
      `${matomo}amazon_cloudfront_rtmp.log`,
      [
        { client_ip: "192.0.2.147", query: "key=value", user_agent: "LNX 10,0,32,18" },
        { client_ip: "192.0.2.222", bytes_sent: 3914, extra: { "x-sname": "myvideo" } },
      ],
    ],
    [
      "iis",
      `${matomo}iis.log`,
      [
        {
          time: "2012-04-01T00:00:13Z",
          user: "theuser",
          client_ip: "1.2.3.4",
          path: "/foo/bar",
          query: "topCat1=divinity&submit=Search",
          bytes_sent: 27028,
          host: "example.com",
          duration_ms: 1687,
          cookie:
            "ASP.NET_SessionId=sldfkjs; __utma=21468.206199.142713.144683.183.1; utmccn=(direct)|utmcsr=(direct)|utmcmd=(none)",
        },
      ],
    ],
    [
      "iis",
      `${matomo}iis_custom.log`,
      [
        {
          time: "2012-08-15T17:00:00.363Z",
          client_ip: "70.95.0.0",
          path: "/Products/theProduct",
          status: 200,
          duration_ms: 109,
        },
        { path: "/Topic/hw43061", status: 301, host: "example.hello.com", duration_ms: 0 },
        { path: "/hello/world/6,681965", status: 404 },
      ],
    ],
    [
      "w3c",
      `${matomo}netscaler.log`,
      [{ time: "2012-08-16T11:55:13Z", client_ip: "172.20.1.0", status: 302, duration_ms: 1000 }],
    ],
    [
      "w3c",
      `${matomo}incapsula_w3c.log`,
      [
        {
          time: "2017-06-28T07:26:35Z",
          client_ip: "123.123.123.123",
          host: "www.example.com",
          path: "/page.php",
          query: "variable=test",
          status: 200,
          country: "SE",
        },
        { client_ip: "125.125.125.125", path: "/rss/news" },
      ],
    ],
    [
      "w3c",
      `${matomo}shoutcast.log`,
      [
        {
          client_ip: "1.2.3.4",
          path: "/stream",
          status: 200,
          bytes_sent: 65580,
          duration_ms: 1000,
        },
      ],
    ],
    [
      "w3c",
      `${matomo}splitted_date_and_time.log`,
      [{ time: "2015-12-07T10:37:05Z", query: "title=UKR%20Nights" }],
    ],
    [
      "caddy",
      `${matomo}caddy_json.log`,
      [
        {
          time: "2023-12-23T23:17:54.815561Z",
          client_ip: "1.2.3.4",
          path: "/beta/",
          status: 200,
          bytes_sent: 3609,
          duration_ms: 1.335486,
        },
        { path: "/beta/assets/index-mMaLXldj.css", referrer: "https://example.com/beta/" },
        {},
      ],
    ],
    [
      "traefik-json",
      `${matomo}traefik_json.log`,
      [
        {
          time: "2023-08-11T11:39:21.77336Z",
          client_ip: "1.2.3.4",
          query: "id=1234&user=dude",
          status: 200,
          duration_ms: 10002.425284,
          referrer: "www.example.com",
          user_agent: "Prometheus/2.40.5",
        },
      ],
    ],
    [
      "jsonl",
      `${matomo}nginx_json.log`,
      [
        {
          time: "2013-10-10T14:52:00Z",
          client_ip: "1.2.3.4",
          host: "www.piwik.org",
          path: "/piwik.php",
          status: 200,
          bytes_sent: 192,
          referrer: "http://clearcode.cc/",
        },
        { path: "/piwik.php" },
      ],
    ],
    ["common", `${matomo}common.log`, [{ user: "theuser", status: 301, bytes_sent: 368 }]],
    ["combined", `${matomo}ncsa_extended.log`, [{ user: "theuser", user_agent: agent }]],
    ["vhost", `${matomo}common_vhost.log`, [{ site: "www.example.com", user: "theuser" }]],
    ["vhost", `${matomo}common_complete.log`, [{ site: "www.example.com", user_agent: agent }]],
    [
      "haproxy",
      `${matomo}haproxy.log`,
      [{ client_ip: "4.3.2.1", path: "/user/", status: 200, bytes_sent: 7456, method: "POST" }],
    ],
    [
      "jsonl",
      "lnav/cloudflare.json",
      [
        {
          client_ip: "87.226.160.250",
          status: 301,
          host: "www.ripe.net",
          method: "HEAD",
          asn: 12389,
        },
      ],
    ],
    [
      "caddy",
      "lnav/caddy_log.1",
      [
        { client_ip: "10.10.10.117", host: "mirrors.tnonline.net", bytes_sent: 3768 },
        { client_ip: "10.10.10.134" },
        { client_ip: "10.10.10.132" },
        {},
      ],
    ],
    [
      "iis",
      "webreadr/iis.log",
      [
        {
          time: "2016-02-15T23:44:42Z",
          client_ip: "198.20.69.74",
          status: 200,
          duration_ms: 29761,
        },
      ],
    ],
  ];

  test.each(files)("%s reads %s", async (format, path, wanted) => {
    const rows = await rowsOf(format, path);
    expect(rows).toHaveLength(wanted.length);
    for (const [index, record] of wanted.entries()) expect(rows[index]).toMatchObject(record);
  });

  const counted: readonly [format: string, path: string, parsed: number, rejected: number][] = [
    ["s3", "webreadr/s3.log", 6, 0],
    ["s3", "nekrassov01-access-log-parser/sample_s3_all_match.log", 5, 0],
    ["s3", "nekrassov01-access-log-parser/sample_s3_contains_unmatch.log", 4, 1],
    ["s3", `${matomo}s3.log`, 0, 1],
    ["cloudfront", "webreadr/log.aws", 2, 0],
    ["cloudfront", "dpetzold-aws-log-parser/test/data/cloudfront-multiple.log", 6, 0],
    ["combined", "webreadr/combined_log.clf", 12, 0],
    ["common", "webreadr/log.clf", 2, 0],
    ["combined", "elastic-examples/apache_logs", 10000, 0],
    ["jsonl", "elastic-examples/nginxplus_json_logs", 0, 500],
    ["combined", "loghub/Apache_2k.log", 0, 2000],
    ["w3c", "webreadr/app_stats.log", 0, 1],
  ];

  test.each(counted)(
    "%s reads %s: %i lines, refuses %i",
    async (format, path, parsed, rejected) => {
      const rows = await rowsOf(format, path);
      expect([
        rows.filter(({ outcome }) => outcome === "parsed").length,
        rows.filter(({ outcome }) => outcome === "rejected").length,
      ]).toEqual([parsed, rejected]);
    },
  );

  const balancers: readonly [name: string, record: Readonly<Record<string, unknown>>][] = [
    [
      "cloudfront_forward",
      { status: 502, duration_ms: 1, extra: { actions_executed: "waf,forward" } },
    ],
    [
      "cloudfront_forward_h2",
      { host: "www.example.com", extra: { domain_name: "api.example.com" } },
    ],
    ["cloudfront_forward_refused", { extra: { chosen_cert_arn: "session-reused" } }],
    [
      "http2_entry",
      { client_port: 48160, target_port: 9000, protocol: "HTTP/2.0", bytes_sent: 257 },
    ],
    ["http2_entry_auth_error", { status: 401, error_code: "AuthInvalidAWSALBAuthNonce" }],
    ["http2_entry_auth_missing", { path: "/oauth2/idpresponse", query: "code=XXXXX" }],
    ["http_entry", { query: "a=b&c=d&zip=98101", bytes_received: 34 }],
    ["https_entry", { duration_ms: 171, tls_protocol: "TLSv1.2" }],
    ["lambda_entry", { status: 200 }],
    ["lambda_failed_entry", { error_code: "LambdaInvalidResponse" }],
    ["secured_websockets_entry", { status: 101, scheme: "https", extra: { type: "wss" } }],
    ["websockets_entry", { status: 101, extra: { type: "ws" } }],
  ];

  test.each(balancers)("alb reads loadbalancer_%s", async (name, record) => {
    const [row] = await rowsOf("alb", `dpetzold-aws-log-parser/test/data/loadbalancer_${name}.csv`);
    expect(row).toMatchObject({ ...record, outcome: "parsed" });
  });

  test.each([
    ["cloudfront_entry", "zip=98101"],
    ["cloudfront_entry2", "zip=98101"],
    ["cloudfront_entry_broken_cookie", "zip 98101"],
    ["cloudfront_entry_cookie_with_encoding", "this zip=98101"],
  ])("cloudfront reads %s without a header", async (name, cookie) => {
    const [row] = await rowsOf("cloudfront", `dpetzold-aws-log-parser/test/data/${name}.csv`);
    expect(row).toMatchObject({ outcome: "parsed", cookie, protocol: "HTTP/1.1" });
  });

  test.each([
    ["gandi", '%v %h %l %u %t (%T s) "%r" %>s %b "%{Referer}i" "%{User-Agent}i"', 2],
    ["ovh", '%h %v %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i"', 1],
  ])("%s.log is read by its LogFormat", async (name, notation, count) => {
    const format = formatFromNotation(notation, { dialect: "apache" });
    const rows = await rowsOf(format, `${matomo}${name}.log`);
    expect(rows).toHaveLength(count);
    expect(rows[0]).toMatchObject({
      site: "www.example.com",
      user: "theuser",
      time: "2012-02-10T21:42:07Z",
      user_agent: agent,
    });
  });

  test("bytes that are no UTF-8 stay visible", async () => {
    const bytes = readFileSync(`${corpus}${matomo}common_encoding_big5.log`);
    const lines: string[] = [];
    for await (const block of cleanLines(Readable.from([bytes]), { lines: 0, dirty: 0, cut: 0 })) {
      lines.push(block.toString("utf8").trimEnd());
    }
    const [row] = await parseLines(known("vhost"), lines, { dirty: true });
    expect(row).toMatchObject({ outcome: "parsed", site: "www.example.com", status: 301 });
    expect(row?.["path"]).toMatch(/^\/\\xAC\\xB0\\xA8/);
  });

  test("a header in mid-file is read by its own fields", async () => {
    const iis = known("iis");
    if (isJson(iis)) throw new Error("iis is text");
    const [one, other] = [`${HEADER} date time c-ip`, `${HEADER} time date c-ip sc-status`];
    const rows = await parseLines(iis, ["2026-04-01 00:00:13 203.0.113.4"], { like: [one, other] });
    expect(rows[0]).toMatchObject({ client_ip: "203.0.113.4", time: "2026-04-01T00:00:13Z" });
  });
});
