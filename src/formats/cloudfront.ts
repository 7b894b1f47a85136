import { defineFormat } from "./format.js";
import { epoch } from "./kinds/times.js";
import { int } from "./kinds/numbers.js";
import { text } from "./kinds/text.js";
import type { Kind } from "./kinds/kind.js";
import type { JsonField, JsonLayout, Layout } from "./layout.js";
import { after } from "./notations/aws.js";
import { cloudfrontFields, cloudfrontLayouts, legacyFields } from "./notations/cloudfront.js";
import { delimitedPortable } from "./notations/delimited-portable.js";
import { delimitedLayout, delimitedReader, explainDelimited } from "./notations/delimited.js";

const fields = cloudfrontFields(legacyFields.split(" "));
const whole = delimitedLayout(fields, "\t", "none");

/** A file without its header: the numbers of fields that CloudFront has had over the years. */
const legacy: Layout = {
  ...whole,
  optionalFrom: after(whole.items, "cs-uri-query"),
  stops: [12, 15, 18, 19, 23, 24, 26],
};

const jsonField = (native: string, kind: Kind): JsonField => ({ native, kind, paths: [native] });

/** v2 as JSON: whichever fields the owner chose, all values as text. */
const asJson: JsonLayout = {
  json: [
    jsonField("timestamp(ms)", epoch("ms", { column: "_instant" })),
    ...fields.map(({ native, kind }) => jsonField(native, kind)),
    jsonField("asn", int("asn")),
    jsonField("c-country", text("country")),
  ],
  requires: [
    "x-edge-location",
    "x-edge-request-id",
    "x-edge-result-type",
    "x-host-header",
    "timestamp(ms)",
  ],
};

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/AccessLogs.html */
export const cloudfront = defineFormat({
  name: "cloudfront",
  aliases: ["aws_cloudfront", "amazon_cloudfront", "cloudfront_v2", "cloudfront_rtmp"],
  about: "Amazon CloudFront standard logs, legacy and v2, read by their #Fields, also as JSON",
  notation: `#Fields: ${legacyFields}`,
  layouts: [legacy],
  comment: "#",
  header: cloudfrontLayouts,
  claims:
    /^#Fields:.*(?:\bx-edge-|\bx-host-header\b|\bfle-|\btimestamp\(ms\)|[ \t,](?:timestamp|asn)\b|\bc-country\b|\bcache-behavior-|\borigin-[fl]bl\b|\bx-cf-)/,
  reads: { exact: delimitedReader, portable: delimitedPortable },
  explain: (line, layout) => {
    const why = explainDelimited(line, layout);
    const hint = "; without #Fields CloudFront lines have 12, 15, 18, 19, 23, 24, 26 or 33";
    const isHeaderless = layout.items[0] === legacy.items[0];
    return why?.includes("values") === true && isHeaderless ? why + hint : why;
  },
  asJson,
  samples: [
    {
      header: `#Fields: ${legacyFields}`,
      line: "2019-12-04\t21:02:31\tLAX1-P2\t392\t192.0.2.100\tGET\td111111abcdef8.cloudfront.net\t/a%2520b/index.html\t200\thttps://www.example.com/?q=%25C3%25A9\tMozilla/5.0%2520(Windows%2520NT%252010.0)\tx=%2522a%2522&y=1%2B1\tzip=98101;%20a=b\tHit\tSOX4xwn4XV6Q4rgb7XiVGOHms_BGlTAC4KyHmureZmBNrjGdRLiNIQ==\twww.example.com\thttps\t23\t0.082\t-\tTLSv1.3\tTLS_AES_128_GCM_SHA256\tHit\tHTTP/2.0\t-\t-\t11040\t0.001\tHit\ttext/html;%20charset=utf-8\t78\t-\t-",
      record: {
        time: "2019-12-04T21:02:31Z",
        site: "d111111abcdef8.cloudfront.net",
        host: "www.example.com",
        client_ip: "192.0.2.100",
        client_port: 11040,
        method: "GET",
        path: "/a%20b/index.html",
        query: "x=%22a%22&y=1+1",
        request_target: "/a%20b/index.html?x=%22a%22&y=1+1",
        protocol: "HTTP/2.0",
        scheme: "https",
        status: 200,
        bytes_sent: 392,
        bytes_received: 23,
        duration_ms: 82,
        first_byte_ms: 1,
        referrer: "https://www.example.com/?q=%C3%A9",
        user_agent: "Mozilla/5.0 (Windows NT 10.0)",
        cookie: "zip=98101; a=b",
        cache_result: "Hit",
        request_id: "SOX4xwn4XV6Q4rgb7XiVGOHms_BGlTAC4KyHmureZmBNrjGdRLiNIQ==",
        tls_protocol: "TLSv1.3",
        tls_cipher: "TLS_AES_128_GCM_SHA256",
        extra: {
          "x-edge-location": "LAX1-P2",
          "x-edge-detailed-result-type": "Hit",
          "sc-content-type": "text/html; charset=utf-8",
          "sc-content-len": "78",
        },
      },
    },
    {
      line: "2014-05-23\t01:13:11\tFRA2\t182\t192.0.2.10\tGET\td111111abcdef8.cloudfront.net\t/view/my/file.html\t000\t-\tMozilla/4.0%20(compatible;%20MSIE%205.0b1)\t-\tzip 98101\tRefreshHit\tMRVMF7KydIvxMWfJIglgwHQwZsbG2IhRJ07sn9AkKUFSHS9EXAMPLE==\td111111abcdef8.cloudfront.net\thttp\t-\t0.001\t-\t-\t-\tRefreshHit\tHTTP/1.1",
      record: {
        status: null,
        cookie: "zip 98101",
        user_agent: "Mozilla/4.0 (compatible; MSIE 5.0b1)",
        query: null,
        request_target: "/view/my/file.html",
        cache_result: "RefreshHit",
      },
    },
    {
      header:
        "#Fields: date time x-edge-location asn timestamp(ms) x-host-header cs(Cookie) c-country",
      line: "2024-11-14|22:30:25|SOF50-P2|16509|1731623425421|d111111abcdef8.cloudfront.net|a=b c|US",
      record: {
        time: "2024-11-14T22:30:25.421Z",
        asn: 16509,
        host: "d111111abcdef8.cloudfront.net",
        cookie: "a=b c",
        country: "US",
      },
    },
    {
      header:
        "#Fields: date time x-edge-location c-ip x-event sc-bytes x-cf-status x-cf-client-id cs-uri-stem cs-uri-query c-referrer x-page-url\u200b  c-user-agent x-sname x-sname-query x-file-ext x-sid",
      line: "2010-03-12   23:51:20   SEA4   192.0.2.147   connect   2014   OK   bfd8a98b   rtmp://shqshne4jdp4b6.cloudfront.net/cfx/st  key=value   http://player.longtailvideo.com/player.swf   http://www.longtailvideo.com/   LNX%2010,0,32,18   -   -   -   -",
      record: {
        time: "2010-03-12T23:51:20Z",
        client_ip: "192.0.2.147",
        host: "shqshne4jdp4b6.cloudfront.net",
        path: "/cfx/st",
        query: "key=value",
        bytes_sent: 2014,
        user_agent: "LNX 10,0,32,18",
        extra: { "x-event": "connect", "x-cf-status": "OK" },
      },
    },
    {
      line: '{"date":"2024-11-15","time":"19:45:51","x-edge-location":"SOF50-P2","asn":"16509","timestamp(ms)":"1731699951183","origin-fbl":"0.254","x-host-header":"d111111abcdef8.cloudfront.net","cs(Cookie)":"examplecookie=value","cs-uri-stem":"/a%2520b","sc-status":"200"}',
      record: {
        time: "2024-11-15T19:45:51.183Z",
        asn: 16509,
        host: "d111111abcdef8.cloudfront.net",
        path: "/a%20b",
        status: 200,
        cookie: "examplecookie=value",
        extra: { "origin-fbl": "0.254", "x-edge-location": "SOF50-P2" },
      },
    },
    {
      line: '{"date":"2024-11-15","time":"19:45:51","x-edge-result-type":"Miss"}',
      record: { time: "2024-11-15T19:45:51Z", cache_result: "Miss" },
    },
  ],
  refusals: [
    {
      line: "2019-12-04\t21:02:31\tLAX1\t392\t192.0.2.100\tGET\td1.cloudfront.net\t/index.html\t200\t-\tcurl\t-\t-\tHit\tSOX4==\td1.cloudfront.net\thttps\t23\t0.001\t-\tTLSv1.2\tE\tHit\tHTTP/2.0\t-\t-\t11040\t0.001\tHit\ttext/html\t78\t-",
      reason: "32 values",
    },
    {
      header: `#Fields: ${legacyFields}`,
      line: "2019-12-04\t21:02:31\tLAX1\t392\t192.0.2.100\tGET",
      reason: "6 values and not 33",
    },
    {
      header: "#Fields: date time sc-status x-edge-location",
      line: "2019-12-04\t21:02:31\tabc\tLAX1",
      reason: "sc-status is not a status code: abc",
    },
  ],
});
