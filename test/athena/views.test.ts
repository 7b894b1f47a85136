import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { translate } from "../../src/engines/athena/translate.js";
import { athenaViews } from "../../src/engines/athena/views/registry.js";
import { Problem } from "../../src/problems/problem.js";
import { culprit, rowsOf, type Row } from "./culprit.js";
import { athenaRow, official, type OfficialTable } from "./official.js";

const folder = mkdtempSync(path.join(tmpdir(), "culprit-athena-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;

/** Rows of a view over these lines, in their order. */
async function viewOf(
  table: OfficialTable,
  format: string,
  lines: readonly string[],
): Promise<Row[]> {
  const file = path.join(folder, `${files++}.log`);
  writeFileSync(file, lines.map((line) => `${line}\n`).join(""));
  return rowsOf(`SELECT * FROM ${table.name}`, file, "--format", format);
}

const TYPES: Readonly<Record<string, string>> = {
  string: "VARCHAR",
  int: "INTEGER",
  bigint: "BIGINT",
  double: "DOUBLE",
  float: "FLOAT",
  date: "DATE",
};

describe("names and types are AWS's", () => {
  test.each(Object.values(official).map((table) => [table.name, table] as const))(
    "%s",
    (name, table) => {
      const view = athenaViews.find((candidate) => candidate.name === name);
      const columns = [
        ...(view?.columns ?? []).map((column) => `${column.name} ${column.type}`),
        ...(view?.partition === undefined ? [] : [`${view.partition} VARCHAR`]),
      ];
      expect(columns).toEqual(
        table.columns
          .split(", ")
          .map((column) => column.replace(/\w+$/, (type) => TYPES[type] ?? type)),
      );
    },
  );

  test("every view is among them, or the same under AWS's example name", () => {
    const names = Object.values(official).map(({ name }) => name);
    expect(athenaViews.map(({ name }) => name).toSorted()).toEqual(
      [...names, "mybucket_logs"].toSorted(),
    );
  });

  test("the engine has them", async () => {
    const file = path.join(folder, "empty.log");
    writeFileSync(file, "");
    const all = athenaViews.flatMap((view) => view.columns.map((column) => ({ view, column })));
    const types = all.map(({ view, column }) => `typeof(${view.name}."${column.name}")`);
    const joins = athenaViews.map(({ name }) => `LEFT JOIN ${name} ON true`);
    const sql = `SELECT [${types.join(", ")}] AS types FROM (SELECT 1) ${joins.join(" ")}`;
    const [row] = await rowsOf(sql, file, "--format", "nlb");
    expect(row?.["types"]).toEqual(all.map(({ column }) => column.type));
  });
});

/** Lines whose row must be the one that AWS's own table definition gives. */
const faithful: Readonly<
  Record<keyof typeof official, readonly [format: string, lines: readonly string[]]>
> = {
  s3: [
    "s3",
    [
      '79a59df900b949e5 downloads [06/Feb/2026:00:00:38 +0000] 192.0.2.3 arn:aws:sts::123456789012:assumed-role/reader/i-1 3E57427F3EXAMPLE REST.GET.OBJECT maps/a%2520b%252Bc.zip "GET /downloads/maps/a%20b%2Bc.zip?x-who=me HTTP/1.1" 206 - 2662992 3462992 70 10 "https://www.example.com/" "curl/8.5.0 (x)" 3HL4kqtJvjVBH40Nrjfkd s9lzHYrFp76ZVxRcpX9+5cj SigV4 ECDHE-RSA-AES128-GCM-SHA256 AuthHeader downloads.s3.us-west-1.amazonaws.com TLSv1.3 arn:aws:s3:us-west-1:123456789012:accesspoint/example-AP Yes us-east-1',
      '79a5 mybucket [06/Feb/2014:00:00:38 +0000] 192.0.2.3 79a5 A1206F460EXAMPLE REST.GET.BUCKETPOLICY - "GET /mybucket?policy HTTP/1.1" 404 NoSuchBucketPolicy 297 - 38 - "-" "S3Console/0.4" -',
      "79a5 b [06/Feb/2026:00:00:38 +0000] 2001:db8::5 - E1 BATCH.DELETE.OBJECT foo-%2525Y - 204 - - 1024 - - - - - h1 SigV4 C AuthHeader s3.us-east-2.amazonaws.com TLSv1.2 - - us-east-2",
      "79a5 b [06/Feb/2026:00:00:38 +0000] 192.0.2.3 79a5 e5042925 S3.COMPUTE.OBJECT.CHECKSUM example-object - - - - 1048576 - - - - - bPf7qjG4X== - - - - - - - us-east-2",
      '79a5 b [06/Feb/2026:00:00:38 +0000] 192.0.2.3 - E2 REST.GET.OBJECT d%25C3%25A4/%2527x%2527 "GET /d%C3%A4/x HTTP/1.1" 200 - 5 5 9 8 "-" "it\'s; DROP TABLE x -- \\" - h1 - C - b.s3.amazonaws.com TLSv1.2 - - us-east-1',
    ],
  ],
  alb: [
    "alb",
    [
      'https 2026-07-02T22:23:00.186641Z app/web/50dc6c495c0c9188 203.0.113.9:2817 10.0.0.1:8080 0.086 0.048 0.037 200 200 34 366 "GET https://www.example.com:443/find?q=\\x22a\\x22 HTTP/2.0" "curl \\x225\\x22" ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2 arn:aws:elasticloadbalancing:us-east-2:123456789012:targetgroup/t/73e2 "Root=1-58337281-1d84f3d7" "www.example.com" "arn:aws:acm:us-east-2:123456789012:certificate/1" 1 2026-07-02T22:22:48.364000Z "authenticate,forward" "-" "-" "10.0.0.1:8080" "200" "-" "-" TID_dc57cebed65b444ebc8177bb698fe166 "-" "-" "TransformSuccess"',
      'h2 2026-07-02T22:23:00.000001Z app/web/50dc 2a02:c7c:8:f215::9:50718 - -1 -1 -1 460 - 0 0 "GET https://10.0.2.105:773/a HTTP/2.0" "-" TLS_AES_128_GCM_SHA256 TLSv1.3 - "Root=1-5" "-" "-" -1 2026-07-02T22:22:48.364000Z "waf" "-" "WAFConnectionTimeout" "-" "-" "-" "-" TID_1 -',
      'http 2026-07-02T22:23:00.186641Z app/web/50dc 203.0.113.9:2817 - -1 -1 -1 400 - 0 272 "- http://web-1.us-east-2.elb.amazonaws.com:80- -" "-" - - - "-" "-" "-" - 2026-07-02T22:23:00.186000Z "-" "-" "-" "-" "-" "-" "-"',
      'https 2026-07-02T22:23:00.186641Z app/web/50dc 203.0.113.9:2817 - -1 -1 -1 400 - 0 0 "- - - " "-" - - - "-" "api.example.com" "-" - 2026-07-02T22:23:00.186000Z "-" "-" "-" "-" "-" "-" "-"',
    ],
  ],
  albConnection: [
    "alb-connection",
    [
      '2026-10-04T17:05:15.514108Z 203.0.113.1 36280 443 TLSv1.2 ECDHE-RSA-AES128-GCM-SHA256 4.036 "CN=amazondomains.com,O=endEntity,L=Seattle,ST=Washington,C=US" NotBefore=2023-09-21T22:43:21Z;NotAfter=2026-06-17T22:43:21Z FEF257372D5C14D4 Success TID_3180a73013c8ca4bac2f731159d4b0fe',
      '2026-10-04T17:05:15.514108Z 2001:db8::7 36280 80 - - - "-" - - Failed:ClientCertUntrusted TID_9 X25519MLKEM768',
    ],
  ],
  nlb: [
    "nlb",
    [
      'tls 2.0 2026-04-01T08:51:42 net/my-network-loadbalancer/c6e77e28c25b2234 g3d4b5e8bb8464cd 72.21.218.154:51341 172.100.100.185:443 5 2 98 246 - arn:aws:acm:us-east-2:671290407336:certificate/2a108f19 - ECDHE-RSA-AES128-SHA tlsv12 - my-service.example.com h2 h2 "h2","http/1.1" 2026-04-01T08:51:20',
      "tls 2.0 2026-04-01T08:51:42 net/nlb/c6 g3 2a02:c7c:8:f215::9:50718 2001:db8::1:443 5 - 0 0 80 - - - - - a%27b%2Fc - - - 2026-04-01T08:51:20 2026 -",
    ],
  ],
  accessLogsNlb: ["nlb", []],
  elb: [
    "elb",
    [
      '2015-05-13T23:39:43.945958Z my-loadbalancer 192.168.131.39:2817 10.0.0.1:80 0.000086 0.001048 0.001337 200 200 5 57 "GET https://www.example.com:443/a?b HTTP/1.1" "curl/7.38.0" DHE-RSA-AES128-SHA TLSv1.2',
      '2015-05-13T23:39:43.945958Z my-loadbalancer 192.168.131.39:2817 10.0.0.1:80 0.001069 0.000028 0.000041 - - 82 305 "- - - " "-" - -',
      '2015-05-13T23:39:43.945958Z my-loadbalancer 192.168.131.39:2817 - -1 -1 -1 503 0 0 29 "GET http://www.example.com:80/ HTTP/1.1" "-" - -',
    ],
  ],
  cloudfront: [
    "cloudfront",
    [
      "2019-12-04\t21:02:31\tLAX1-P2\t392\t192.0.2.100\tGET\td111111abcdef8.cloudfront.net\t/a%2520b/index.html\t200\thttps://www.example.com/?q=%25C3%25A9\tMozilla/5.0%20(Windows%20NT%2010.0)\tx=%2522a%2522&y=%7E1\tzip=98101;%20a=b\tHit\tSOX4xwn4XV6Q4rgb7XiVGOHms_BGlTAC4KyHmureZmBNrjGdRLiNIQ==\twww.example.com\thttps\t23\t0.082\t2001:db8::1\tTLSv1.3\tTLS_AES_128_GCM_SHA256\tHit\tHTTP/2.0\t-\t-\t11040\t0.001\tHit\ttext/html;%20charset=utf-8\t78\t-\t-",
      "2019-12-04\t21:02:31\tLAX1-P2\t392\t192.0.2.100\tGET\td111111abcdef8.cloudfront.net\t/d%C3%A4\t000\t-\t-\t-\t-\tError\tSOX4==\twww.example.com\thttps\t23\t0.001\t-\t-\t-\tError\tHTTP/1.1\tProcessed\t4\t11040\t0.001\tClientCommError\t-\t-\t0\t99",
    ],
  ],
};

describe("rows are those of AWS's own table definition", () => {
  const tables = Object.entries(faithful) as [keyof typeof official, (typeof faithful)["s3"]][];
  test.each(tables.filter(([, [, lines]]) => lines.length > 0))(
    "%s",
    async (key, [format, lines]) => {
      const table = official[key];
      const rows = await viewOf(table, format, lines);
      expect(rows).toHaveLength(lines.length);
      for (const [at, line] of lines.entries()) {
        const expected = athenaRow(table, line);
        expect(expected, line).toBeDefined();
        expect(rows[at]).toMatchObject(expected ?? {});
      }
    },
  );

  /** Encoded as AWS does and as it does not, more than once, cut short, and not UTF-8. */
  const texts = [
    "plain-text_1.0",
    "a%20b",
    "a%2520b",
    "a%252520b",
    "%7E%20%22%5E",
    "%7E~%2F%2f%c3%A4",
    "!$&'()*+,:;=@",
    "%21%24%26%27%28%29%2A%2B",
    "100%",
    "%ZZ%",
    "%FF%FE",
    "%C3",
    "%00a%20b",
    "%25",
    "%2525",
    "<x>[y]{z}|^`\\",
    "/a%3Fb%23c",
    "%E2%80%AE%F0%9F%98%80",
    "ä😀",
  ];
  const insert = (line: string, delimiter: string, at: number, value: string): string =>
    line.split(delimiter).with(at, value).join(delimiter);

  test.each([
    ["key", "s3", "s3", 0, " ", 8],
    ["key of a batch operation", "s3", "s3", 2, " ", 8],
    ["domain_name", "nlb", "nlb", 0, " ", 17],
    ["cs_referrer", "cloudfront", "cloudfront", 0, "\t", 9],
    ["cs_user_agent", "cloudfront", "cloudfront", 0, "\t", 10],
    ["cs_uri_query", "cloudfront", "cloudfront", 0, "\t", 11],
    ["cs_cookie", "cloudfront", "cloudfront", 0, "\t", 12],
    ["cs_uri_stem", "cloudfront", "cloudfront", 0, "\t", 7],
  ] as const)(
    "%s comes back however it was encoded",
    async (column, table, format, at, delimiter, field) => {
      const line = faithful[table][1][at] ?? "";
      const values = column === "cs_uri_stem" ? texts.map((text) => `/${text}`) : texts;
      const lines = values.map((value) => insert(line, delimiter, field, value));
      const [name = ""] = column.split(" ");
      const rows = await viewOf(official[table], format, lines);
      expect(rows.map((row) => row[name])).toEqual(values);
    },
  );

  test("an object that was ingested keeps the text", async () => {
    const line = insert(faithful.cloudfront[1][0] ?? "", "\t", 10, "Mozilla/5.0%2520(x!)");
    const file = path.join(folder, "stored.log");
    const store = path.join(folder, "store");
    writeFileSync(file, `${line}\n`);
    expect((await culprit("ingest", file, "--store", store)).code).toBe(0);
    const sql = "SELECT cs_user_agent FROM cloudfront_standard_logs";
    expect(await rowsOf(sql, "--store", store)).toEqual([
      { cs_user_agent: "Mozilla/5.0%2520(x!)" },
    ]);
  });

  test("partitions are days in AWS's notation", async () => {
    const [, [line = ""]] = faithful.s3;
    const [row] = await viewOf(official.s3, "s3", [line]);
    expect(row?.["timestamp"]).toBe("2026/02/06");
  });
});

describe("where a view differs from Athena it is told in docs/athena.md", () => {
  test("lines that Athena cannot read have their row", async () => {
    const line =
      '79a5 b [06/Feb/2026:00:00:38 +0000] 192.0.2.3 - E4 REST.GET.OBJECT %2522 "GET /" HTTP/1.1" 403 AccessDenied 243 - 9 - "() { :;}; echo "masked"" "() { :;}; echo "masked"" - h1 - C - b.s3.amazonaws.com TLSv1.2 - - us-east-1';
    expect(athenaRow(official.s3, line)).toBeUndefined();
    const [row] = await viewOf(official.s3, "s3", [line]);
    expect(row).toMatchObject({
      key: "%2522",
      request_uri: '"GET /" HTTP/1.1"',
      httpstatus: "403",
      referrer: '"() { :;}; echo "masked""',
      sourceregion: "us-east-1",
    });
  });

  test("the fields behind the version id need no source region to be seen", async () => {
    const line =
      '79a5 b [06/Feb/2020:00:00:38 +0000] 192.0.2.3 - E1 REST.GET.OBJECT a "GET /a HTTP/1.1" 200 - 5 5 9 8 "-" "x" - h1 SigV4 C AuthHeader b.s3.amazonaws.com TLSv1.2 -';
    expect(athenaRow(official.s3, line)).toMatchObject({ hostid: null, sourceregion: null });
    const [row] = await viewOf(official.s3, "s3", [line]);
    expect(row).toMatchObject({ hostid: "h1", tlsversion: "TLSv1.2", sourceregion: "-" });
  });

  test("S3's dash in quotes and its bare dash are one", async () => {
    const line =
      '79a5 b [06/Feb/2026:00:00:38 +0000] - AmazonS3 E2 S3.EXPIRE.OBJECT tmp/100%25+x "-" - - - 2662992 - - "-" "-" v1 h1 - - - - - - - us-east-1';
    const [row] = await viewOf(official.s3, "s3", [line]);
    expect(athenaRow(official.s3, line)).toMatchObject({ request_uri: '"-"', referrer: '"-"' });
    expect(row).toMatchObject({ request_uri: "-", referrer: "-", useragent: "-" });
  });
});

/** A line of S3's with this User-Agent. */
const agentLine = (agent: string): string =>
  `79a5 b [06/Feb/2026:00:00:38 +0000] 192.0.2.3 - E1 REST.GET.OBJECT a "GET /a HTTP/1.1" 200 - 5 5 9 8 "-" "${agent}" - h1 - C - b.s3.amazonaws.com TLSv1.2 - - us-east-1`;

describe("hostile values", () => {
  const nasty = [
    "'; DROP TABLE requests; --",
    "${jndi:ldap://x/a}",
    "%_\\x5c' OR '1'='1",
    "😀 ü 漢 \u202e",
    "<script>alert(1)</script>",
  ];
  test("come back as they are", async () => {
    const rows = await viewOf(official.s3, "s3", nasty.map(agentLine));
    expect(rows.map(({ useragent: agent }) => agent)).toEqual(nasty.map((agent) => `"${agent}"`));
  });

  test("as names of databases and catalogues make nothing else", async () => {
    const file = path.join(folder, "hostile.log");
    writeFileSync(file, `${agentLine("x")}\n`);
    for (const name of [`"a""; DROP VIEW requests; --"`, `"x' OR 1"`]) {
      const sql = `SELECT count(*) AS n FROM ${name}.${name}.s3_access_logs, requests`;
      expect(await rowsOf(sql, file)).toEqual([{ n: 1 }]);
    }
    for (const name of ["information_schema", '""']) {
      const { code, err } = await culprit("sql", `SELECT 1 FROM ${name}.s3_access_logs`, file);
      expect([code, err.includes("this is a bug")]).toEqual([2, false]);
    }
  });

  test("a view gives no way out of the logs", async () => {
    const file = path.join(folder, "hostile.log");
    for (const sql of [
      "SELECT * FROM s3_access_logs, read_text('/etc/passwd')",
      "ATTACH '/tmp/x.db' AS y",
      "SET integer_division = false",
      "COPY s3_access_logs TO '/tmp/x'",
    ]) {
      expect((await culprit("sql", sql, file)).code).toBe(2);
      expect(() => translate(sql)).toThrow(Problem);
    }
  });
});
