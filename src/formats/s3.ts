import type { ExactReader } from "./compile/exact.js";
import { readable } from "./compile/escapes.js";
import { keepingText, keyEncoded, keyEncodedTwice, PLAIN } from "./encoded.js";
import { defineFormat } from "./format.js";
import { clfTime, isoTime } from "./kinds/times.js";
import { duration, int, status } from "./kinds/numbers.js";
import { host } from "./kinds/addresses.js";
import { other, percentDecoded, text, urlEncoded } from "./kinds/text.js";
import { requestLine } from "./kinds/request.js";
import type { Kind } from "./kinds/kind.js";
import type { Field, Item, JsonLayout, Layout } from "./layout.js";
import { after, field, quotedOrDash, spaced } from "./notations/aws.js";
import { at } from "./notations/json.js";
import { readS3Line } from "./s3-line.js";
import { s3Portable } from "./s3-portable.js";

const bucket: Kind = {
  ...text("bucket"),
  columns: { bucket: (t) => t, site: (t) => t },
};

/** Most operations log the key encoded twice, lifecycle and batch operations once. */
const key: Kind = keepingText(
  { ...urlEncoded("_key"), columns: { _key: (t) => t, _key_twice: percentDecoded } },
  PLAIN,
  keyEncoded,
  (t) => keyEncodedTwice(percentDecoded(t)),
);

const items: Item[] = [
  ...spaced([field("bucket_owner", other()), field("bucket", bucket)]),
  { literal: " [" },
  field("time", clfTime),
  { literal: "] " },
  ...spaced([
    field("remote_ip", host("client_ip")),
    field("requester", text("requester")),
    field("request_id", text("request_id")),
    field("operation", text("operation")),
    field("key", key),
    quotedOrDash("request_uri", requestLine()),
    field("http_status", status),
    field("error_code", text("error_code")),
    field("bytes_sent", int("bytes_sent")),
    field("object_size", int("object_size")),
    field("total_time", duration("duration_ms", "ms")),
    field("turn_around_time", duration("first_byte_ms", "ms")),
    quotedOrDash("referer", text("referrer")),
    quotedOrDash("user_agent", text("user_agent")),
    field("version_id", other()),
    field("host_id", other()),
    field("signature_version", other()),
    field("cipher_suite", text("tls_cipher")),
    field("authentication_type", other()),
    field("host_header", text("host")),
    field("tls_version", text("tls_protocol")),
    field("access_point_arn", other()),
    field("acl_required", other()),
    field("source_region", other()),
  ]),
];

const layout: Layout = {
  items,
  escaping: "none",
  optionalFrom: after(items, "version_id"),
  openEnded: true,
};

const exact =
  (slots: readonly Field[]): ExactReader =>
  (line) => {
    const read = readS3Line(line);
    if (read === undefined || "fault" in read) return undefined;
    const cells = slots.map((_, index) => {
      const value = read.values[index];
      return value === undefined ? null : readable(value, "none");
    });
    return { cells, layout: 0, fields: Math.min(read.values.length, slots.length) };
  };

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/sal-cw-log-format.html */
const asJson: JsonLayout = {
  json: [
    at(isoTime(), "request_time"),
    at(bucket, "bucket_name"),
    at(host("client_ip"), "remote_ip"),
    at(text("requester"), "requester"),
    at(text("request_id"), "request_id"),
    at(text("operation"), "operation"),
    at(text("key"), "key_name"),
    at(requestLine(), "request_uri"),
    at(status, "http_status"),
    at(text("error_code"), "error_code"),
    at(int("bytes_sent"), "bytes_sent_size"),
    at(int("object_size"), "object_size"),
    at(duration("duration_ms", "ms"), "total_duration"),
    at(duration("first_byte_ms", "ms"), "turn_around_duration"),
    at(text("referrer"), "referer"),
    at(text("user_agent"), "user_agent"),
    at(text("tls_cipher"), "cipher_suite"),
    at(text("host"), "host_header"),
    at(text("tls_protocol"), "tls_version"),
  ],
  requires: ["bucket_name", "bucket_arn"],
  needs: ["schema_version_id"],
};

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/LogFormat.html */
export const s3 = defineFormat({
  name: "s3",
  aliases: ["awss3", "aws_s3", "amazon_s3", "s3_access"],
  about: "Amazon S3 server access logs, 18 to 27 fields and any that AWS adds later; also as JSON",
  notation:
    "bucket_owner bucket [time] remote_ip requester request_id operation key " +
    '"request_uri" http_status error_code bytes_sent object_size total_time turn_around_time ' +
    '"referer" "user_agent" version_id host_id signature_version cipher_suite ' +
    "authentication_type host_header tls_version access_point_arn acl_required source_region",
  layouts: [layout],
  reads: {
    exact: (_layouts, slots) => exact(slots),
    portable: (_layouts, slots) => s3Portable(slots),
  },
  explain: (line) => {
    const read = readS3Line(line);
    return read !== undefined && "fault" in read ? read.fault : undefined;
  },
  asJson,
  samples: [
    {
      line: '79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be downloads [06/Feb/2026:00:00:38 +0000] 192.0.2.3 arn:aws:sts::123456789012:assumed-role/reader/i-1 3E57427F3EXAMPLE REST.GET.OBJECT maps/a%2520b%252Bc.zip "GET /downloads/maps/a%20b%2Bc.zip?x-who=me HTTP/1.1" 206 - 2662992 3462992 70 10 "https://www.example.com/" "curl/8.5.0" 3HL4kqtJvjVBH40Nrjfkd s9lzHYrFp76ZVxRcpX9+5cjAnEH2ROuNkd2BHfIa6UkFVdtjf5mKR3/eTPFvsiP/XV/VLi31234= SigV4 ECDHE-RSA-AES128-GCM-SHA256 AuthHeader downloads.s3.us-west-1.amazonaws.com TLSv1.3 arn:aws:s3:us-west-1:123456789012:accesspoint/example-AP Yes us-east-1',
      record: {
        time: "2026-02-06T00:00:38Z",
        site: "downloads",
        bucket: "downloads",
        key: "maps/a b+c.zip",
        operation: "REST.GET.OBJECT",
        requester: "arn:aws:sts::123456789012:assumed-role/reader/i-1",
        request_id: "3E57427F3EXAMPLE",
        client_ip: "192.0.2.3",
        client_net: "192.0.2.0/24",
        method: "GET",
        request_target: "/downloads/maps/a%20b%2Bc.zip?x-who=me",
        path: "/downloads/maps/a%20b%2Bc.zip",
        query: "x-who=me",
        protocol: "HTTP/1.1",
        status: 206,
        error_code: null,
        bytes_sent: 2662992,
        object_size: 3462992,
        duration_ms: 70,
        first_byte_ms: 10,
        referrer: "https://www.example.com/",
        user_agent: "curl/8.5.0",
        host: "downloads.s3.us-west-1.amazonaws.com",
        tls_protocol: "TLSv1.3",
        tls_cipher: "ECDHE-RSA-AES128-GCM-SHA256",
        extra: {
          bucket_owner: "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be",
          version_id: "3HL4kqtJvjVBH40Nrjfkd",
          host_id: "s9lzHYrFp76ZVxRcpX9+5cjAnEH2ROuNkd2BHfIa6UkFVdtjf5mKR3/eTPFvsiP/XV/VLi31234=",
          signature_version: "SigV4",
          authentication_type: "AuthHeader",
          access_point_arn: "arn:aws:s3:us-west-1:123456789012:accesspoint/example-AP",
          acl_required: "Yes",
          source_region: "us-east-1",
        },
      },
    },
    {
      line: '79a5 mybucket [06/Feb/2014:00:00:38 +0000] 192.0.2.3 79a5 A1206F460EXAMPLE REST.GET.BUCKETPOLICY - "GET /mybucket?policy HTTP/1.1" 404 NoSuchBucketPolicy 297 - 38 - "-" "S3Console/0.4" -',
      record: {
        status: 404,
        error_code: "NoSuchBucketPolicy",
        bytes_sent: 297,
        object_size: null,
        first_byte_ms: null,
        key: null,
        referrer: null,
        host: null,
      },
    },
    {
      line: "79a5 b [06/Feb/2026:00:00:38 +0000] 2001:db8::5 - E1 BATCH.DELETE.OBJECT foo-%2525Y - 204 - - 1024 - - - - - h1 SigV4 C AuthHeader s3.us-east-2.amazonaws.com TLSv1.2 - -",
      record: {
        operation: "BATCH.DELETE.OBJECT",
        key: "foo-%25Y",
        client_ip: "2001:db8::5",
        method: null,
        request_target: null,
        status: 204,
        bytes_sent: null,
        object_size: 1024,
        user_agent: null,
        referrer: null,
        host: "s3.us-east-2.amazonaws.com",
      },
    },
    {
      line: '79a5 b [06/Feb/2026:00:00:38 +0000] - AmazonS3 E2 S3.EXPIRE.OBJECT tmp/100%25+x "-" - - - 2662992 - - "-" "-" v1 h1 - - - - - - - us-east-1',
      record: {
        key: "tmp/100%+x",
        client_ip: null,
        requester: "AmazonS3",
        status: null,
        object_size: 2662992,
        extra: { version_id: "v1", source_region: "us-east-1" },
      },
    },
    {
      line: "79a5 b [06/Feb/2026:00:00:38 +0000] 192.0.2.3 79a5 e5042925-b524 S3.COMPUTE.OBJECT.CHECKSUM example-object - - - - 1048576 - - - - - bPf7qjG4X== - - - - - - - -",
      record: {
        operation: "S3.COMPUTE.OBJECT.CHECKSUM",
        object_size: 1048576,
        key: "example-object",
      },
    },
    {
      line: '79a5 b [06/Feb/2026:00:00:38 +0000] 192.0.2.3 - E4 REST.GET.OBJECT %2522 "GET /" HTTP/1.1" 403 AccessDenied 243 - 9 - "() { :;}; echo "masked"" "() { :;}; echo "masked"" - h1 - C - b.s3.amazonaws.com TLSv1.2 - - us-east-1 new-field',
      record: {
        key: '"',
        request_target: '/"',
        protocol: "HTTP/1.1",
        status: 403,
        referrer: '() { :;}; echo "masked"',
        user_agent: '() { :;}; echo "masked"',
        host: "b.s3.amazonaws.com",
        extra: { source_region: "us-east-1" },
      },
    },
    {
      line: '79a5 b [06/Feb/2026:00:00:38 +0000] 192.0.2.3 - E5 REST.GET.OBJECT a "GET /a HTTP/1.1" 200 - 5 5 9 8 "-" "x" 404 NoSuchKey 1 1 1 1 "y" -',
      record: {
        status: 200,
        bytes_sent: 5,
        referrer: null,
        user_agent: 'x" 404 NoSuchKey 1 1 1 1 "y',
      },
    },
    {
      line: '79a5 b [06/Feb/2026:00:00:38 +0000] 192.0.2.3 - E6 REST.COPY.OBJECT_GET a "GET /b/a?x-foo=bar" 200 - - 5 9 8 - "Safari/604.1"" -',
      record: {
        request_target: "/b/a?x-foo=bar",
        method: "GET",
        protocol: null,
        user_agent: 'Safari/604.1"',
      },
    },
    {
      line: '{"schema_version_id":"V_1_0","bucket_arn":"arn:aws:s3:::data","bucket_name":"data","request_time":"2026-04-29T14:32:16.000Z","bucket_owner_id":"79a5","remote_ip":"203.0.113.45","requester":"arn:aws:iam::123456789012:role/r","request_id":"3E57427F33A59F07","operation":"REST.GET.OBJECT","key_name":"a b+c%20.zip","request_uri":"GET /data/a%20b%2Bc%2520.zip HTTP/1.1","http_status":200,"error_code":null,"bytes_sent_size":1048576,"object_size":1048577,"total_duration":45,"turn_around_duration":12,"referer":null,"user_agent":"aws-sdk-java/2.20.0","version_id":null,"host_header":"data.s3.us-east-1.amazonaws.com","tls_version":"TLSv1.3","acl_required":false,"source_region":"us-east-1"}',
      record: {
        time: "2026-04-29T14:32:16Z",
        bucket: "data",
        site: "data",
        key: "a b+c%20.zip",
        method: "GET",
        status: 200,
        error_code: null,
        bytes_sent: 1048576,
        object_size: 1048577,
        duration_ms: 45,
        first_byte_ms: 12,
        referrer: null,
        tls_protocol: "TLSv1.3",
        extra: { source_region: "us-east-1", acl_required: "false", bucket_owner_id: "79a5" },
      },
    },
  ],
  refusals: [
    {
      line: '79a5 b [06/Feb/2026:00:00:38 +0000] 192.0.2.3 - E7 REST.GET.OBJECT a "GET /a HTTP/1.1" 200 - 5 5 9 8 "-" "curl"',
      reason: "the line ends where version_id should stand",
    },
    {
      line: '79a5 b [06/Feb/2026:00:00:38 +0000] 192.0.2.3 - E8 REST.GET.OBJECT a "GET /a HTTP/1.1" 200 - 1 1 1 1 "-" "x" - HTTP/1.1" 404 NoSuchKey 300 - 9 - "-" "curl" -',
      reason: "ambiguous quotes: 2 places could end request_uri",
    },
    {
      line: '79a5 b [06/Feb/2026:00:00:38 +0000] 192.0.2.3 - E9 REST.COPY.OBJECT_GET a "GET /a" 200 - 1 1 1 1 "-" "x HTTP/1.1" 404 - 0 - 1 1 "-" "y" -',
      reason: "ambiguous quotes",
    },
    {
      line: '79a5 b [31/Feb/2026:00:00:38 +0000] 192.0.2.3 - E0 REST.GET.OBJECT a "GET /a HTTP/1.1" 200 - 5 5 9 8 "-" "curl" -',
      reason: "time is not a time",
    },
    { line: "hello", reason: "the line ends where" },
  ],
});
