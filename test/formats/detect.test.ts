import { describe, expect, test } from "vitest";
import { combined as combinedFormat } from "../../src/formats/combined.js";
import { detectFormat } from "../../src/formats/detect.js";
import { apacheLayout } from "../../src/formats/notations/apache.js";
import { formats } from "../../src/formats/registry.js";
import { Problem } from "../../src/problems/problem.js";
import { corpus, fileLines, hasCorpus } from "./vectors.js";

const clf = '203.0.113.7 - - [05/Nov/2026:10:31:02 +0000] "GET / HTTP/1.1" 200 5120';
const combined = `${clf} "-" "curl/8.5.0"`;

/** Formats whose lines another one, which stands for them, reads as well. */
const relatives: Readonly<Record<string, readonly string[]>> = {
  nginx: ["combined"],
  tomcat: ["common", "combined"],
  varnish: ["combined"],
  "squid-httpd": ["combined", "common"],
  jsonl: ["caddy", "traefik-json", "cloudfront"],
  w3c: ["iis"],
};

describe("every format is found by its own lines", () => {
  const samples = formats.flatMap((format) =>
    format.samples.map(({ line, header }) => [format.name, line, header] as const),
  );
  test.each(samples)("%s: %s", (name, line, header) => {
    const { reading } = detectFormat(header === undefined ? [line] : [header, line]);
    const family = ["combined", "common", "vhost"];
    const like = family.includes(name) ? family : [name, ...(relatives[name] ?? [])];
    expect([...like, name]).toContain(reading.format.name);
  });
});

describe("the special goes before the general", () => {
  test.each([
    ["common", [clf, clf, combined]],
    ["combined", [combined, combined, clf]],
    ["vhost", [`www.example.com:443 ${combined}`]],
    ["vhost", [`www.example.com ${clf}`]],
    ["traefik", [`${combined} 17 "web@docker" "http://10.0.0.2:80" 3ms`]],
    ["combined", [combined, "what is this", `${combined} "203.0.113.9"`]],
  ] as const)("%s", (name, lines) => {
    expect(detectFormat(lines).reading.format.name).toBe(name);
  });
});

describe("the reason", () => {
  test("counts the lines", () => {
    const lines = [...Array<string>(98).fill(combined), "x", "y"];
    expect(detectFormat(lines).reason).toBe("98 of 100 lines match combined");
  });

  test("names the header", () => {
    const header = "#Fields: date time c-ip cs-method cs-uri-stem sc-status sc-win32-status";
    const { reading, reason } = detectFormat(["#Version: 1.0", header]);
    expect([reading.format.name, reason]).toEqual(["iis", "the #Fields line is one of iis"]);
  });

  test("says that there was nothing to go by", () => {
    for (const lines of [[], ["", "  "]]) {
      expect(detectFormat(lines).reason).toBe("there are no lines to tell a format by");
    }
  });

  test("names a runner-up that would read the lines otherwise", () => {
    const layout = apacheLayout('%h %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i"');
    const other = { ...combinedFormat, name: "other", layouts: [layout], guesses: 0 };
    const line = combined.replace("- -", "id alice");
    const { reading, runnerUp, reason } = detectFormat([line], "x", [combinedFormat, other]);
    expect(reading.format.name).toBe("combined");
    expect(runnerUp?.format.name).toBe("other");
    expect(reason).toBe("1 of 1 lines match combined; 100 % would also match other");
  });
});

/** What detection says of lines that it cannot read. */
function problemOf(lines: readonly string[]): Problem {
  try {
    const { reading } = detectFormat(lines, "access.log");
    throw new Error(`taken for ${reading.format.name}`);
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
}

describe("a log that no format reads", () => {
  test("is explained by the nearest one", () => {
    const problem = problemOf(["", clf.replace("[05/Nov/2026:", "[November 5 2026 ")]);
    expect(problem).toMatchObject({
      code: "no-readable-line",
      message: "No line of access.log can be read",
      exit: 3,
    });
    expect(problem.where).toBe(
      [
        "access.log:2",
        '203.0.113.7 - - [November 5 2026 10:31:02 +0000] "GET / H…',
        "                 ^ matched up to here",
      ].join("\n"),
    );
    expect(problem.why).toContain("The nearest format is combined: column 18: expected %t");
    expect(problem.help).toContain("--log-format");
  });

  test("is not taken for a format that reads one line in a hundred", () => {
    expect(problemOf([...Array<string>(99).fill("nonsense"), combined]).code).toBe(
      "no-readable-line",
    );
  });

  test.each([
    ["a Parquet file", "PAR1\u0015\u0004\u0015"],
    ["a zip file", "PK\u0003\u0004\u0014\0\0"],
    ["a bzip2 file", "BZh91AY&SY\uFFFD"],
    ["a PDF file", "%PDF-1.7"],
    ["a SQLite database", "SQLite format 3\0"],
    ["XML", '<?xml version="1.0"?>'],
    ["an HTML page", "<!DOCTYPE html>"],
    ["binary data", "\u0001\u0002\uFFFD\uFFFD\0\0\u0005ab"],
  ])("is named as %s", (kind, line) => {
    const { where, why } = problemOf([line]);
    expect([where, why]).toEqual(["access.log", `This is ${kind}, not a log of lines`]);
  });

  test.each([
    ['{"level":"info","msg":"started"}', "The lines are JSON, but no request is in them"],
    ["{", "not JSON"],
  ])("is said to hold %s", (line, why) => {
    expect(problemOf([line, line]).why).toContain(why);
  });

  test("shows hostile text without its control characters", () => {
    expect(problemOf([`${"x ".repeat(90)}\u001b[2J`]).where).not.toContain("\u001b");
  });
});

const skipped = hasCorpus ? "" : " (skipped: there is no ../shared/corpus)";

describe.skipIf(!hasCorpus)(`logs of other projects${skipped}`, () => {
  test.each([
    ["combined", "elastic-examples/apache_logs"],
    ["combined", "honeynet-redhat/access_log"],
    ["combined", "advertools/combined_latin1_enc.log"],
    ["combined", "crowdsec-hub/parsers/apache2-logs/apache2-logs.log"],
    ["common", "webreadr/log.clf"],
    ["vhost", "matomo-log-analytics/logs/common_encoding_big5.log"],
    ["s3", "webreadr/s3.log"],
    ["s3", "nekrassov01-access-log-parser/sample_s3_contains_unmatch.log"],
    ["alb", "matomo-log-analytics/logs/alb.log"],
    ["elb", "matomo-log-analytics/logs/elb.log"],
    ["cloudfront", "webreadr/log.aws"],
    ["cloudfront", "dpetzold-aws-log-parser/test/data/cloudfront_entry.csv"],
    ["cloudfront", "matomo-log-analytics/logs/amazon_cloudfront_rtmp.log"],
    ["iis", "webreadr/iis.log"],
    ["iis", "matomo-log-analytics/logs/iis_custom.log"],
    ["w3c", "matomo-log-analytics/logs/netscaler.log"],
    ["w3c", "matomo-log-analytics/logs/incapsula_w3c.log"],
    ["squid", "webreadr/log.squid"],
    ["haproxy", "lnav/haproxy.0"],
    ["caddy", "lnav/caddy_log.1"],
    ["jsonl", "lnav/cloudflare.json"],
    ["jsonl", "matomo-log-analytics/logs/nginx_json.log"],
    ["traefik", "crowdsec-hub/parsers/traefik_clf/traefik_clf.log"],
    ["traefik-json", "crowdsec-hub/parsers/traefik_json/traefik_json.log"],
  ])("%s: %s", (name, path) => {
    expect(detectFormat(fileLines(corpus + path)).reading.format.name).toBe(name);
  });

  test.each([
    "loghub/Apache_2k.log",
    "advertools/apache_error.log",
    "advertools/nginx_error.log",
    "advertools/crawl1.log",
    "elastic-examples/nginxplus_json_logs",
    "lnav/caddy_log.0",
    "lnav/syslog_with_access_log.0",
    "webreadr/app_stats.log",
    "dpetzold-aws-log-parser/test/data/waf_log.json",
    "crowdsec-hub/parsers/iis-xml-logs/iis-logs.log",
  ])("%s is no access log", (path) => {
    expect(problemOf(fileLines(corpus + path)).code).toBe("no-readable-line");
  });
});
