import { columns, type AthenaView } from "./view.js";
import { keyEncoded, keyEncodedTwice } from "../../../formats/encoded.js";
import { dashed, digits, inQuotes, logged, native } from "./restore.js";

/** The table has all fields from the host id to the source region, or none of them. */
const tailKept = [
  native("host_id"),
  native("signature_version"),
  "tls_cipher",
  native("authentication_type"),
  "host",
  "tls_protocol",
  native("access_point_arn"),
  native("acl_required"),
  native("source_region"),
].join(", ");
const tail = (sql: string): string =>
  `CASE WHEN coalesce(${tailKept}) IS NOT NULL THEN ${dashed(sql)} END`;

/** Most operations log the key encoded twice, lifecycle and batch operations once. */
const key = logged(
  "key",
  `CASE WHEN operation = 'BATCH.DELETE.OBJECT' OR starts_with(operation, 'S3.') THEN ${keyEncoded("key")} ELSE ${keyEncodedTwice("key")} END`,
);

const requested = "request_target IS NOT NULL";
const requestUri = `CASE WHEN ${requested} THEN ${inQuotes("concat_ws(' ', method, request_target, protocol)")} ELSE '-' END`;
/** A client that sent nothing is logged as `"-"`, an operation without a client as `-`. */
const header = (column: string): string =>
  `CASE WHEN ${column} IS NOT NULL THEN ${inQuotes(column)} WHEN ${requested} THEN '"-"' ELSE '-' END`;

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-s3-access-logs-to-identify-requests.html */
export const s3AccessLogs: AthenaView = {
  name: "s3_access_logs",
  docs: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-s3-access-logs-to-identify-requests.html",
  logType: "s3",
  partition: "timestamp",
  columns: columns({
    bucketowner: ["VARCHAR", dashed(native("bucket_owner"))],
    bucket_name: ["VARCHAR", dashed("bucket")],
    requestdatetime: ["VARCHAR", `strftime("time", '%d/%b/%Y:%H:%M:%S +0000')`],
    remoteip: ["VARCHAR", dashed("client_ip")],
    requester: ["VARCHAR", dashed("requester")],
    requestid: ["VARCHAR", dashed("request_id")],
    operation: ["VARCHAR", dashed("operation")],
    key: ["VARCHAR", dashed(key)],
    request_uri: ["VARCHAR", requestUri],
    httpstatus: ["VARCHAR", dashed(digits("status"))],
    errorcode: ["VARCHAR", dashed("error_code")],
    bytessent: ["BIGINT", "bytes_sent"],
    objectsize: ["BIGINT", "object_size"],
    totaltime: ["VARCHAR", dashed(digits("duration_ms"))],
    turnaroundtime: ["VARCHAR", dashed(digits("first_byte_ms"))],
    referrer: ["VARCHAR", header("referrer")],
    useragent: ["VARCHAR", header("user_agent")],
    versionid: ["VARCHAR", dashed(native("version_id"))],
    hostid: ["VARCHAR", tail(native("host_id"))],
    sigv: ["VARCHAR", tail(native("signature_version"))],
    ciphersuite: ["VARCHAR", tail("tls_cipher")],
    authtype: ["VARCHAR", tail(native("authentication_type"))],
    endpoint: ["VARCHAR", tail("host")],
    tlsversion: ["VARCHAR", tail("tls_protocol")],
    accesspointarn: ["VARCHAR", tail(native("access_point_arn"))],
    aclrequired: ["VARCHAR", tail(native("acl_required"))],
    sourceregion: ["VARCHAR", tail(native("source_region"))],
  }),
};
