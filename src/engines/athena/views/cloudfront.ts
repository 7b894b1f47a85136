import { columns, type AthenaView } from "./view.js";
import { cloudfrontEncoded } from "../../../formats/encoded.js";
import { dashed, logged, native, number } from "./restore.js";

const encoded = (name: string, column: string): readonly ["VARCHAR", string] => [
  "VARCHAR",
  dashed(logged(name, cloudfrontEncoded(column))),
];

const field = (name: string): readonly ["VARCHAR", string] => [
  "VARCHAR",
  dashed(cloudfrontEncoded(native(name))),
];

/** https://docs.aws.amazon.com/athena/latest/ug/create-cloudfront-table-standard-logs.html */
export const cloudfrontStandardLogs: AthenaView = {
  name: "cloudfront_standard_logs",
  docs: "https://docs.aws.amazon.com/athena/latest/ug/create-cloudfront-table-standard-logs.html",
  logType: "cloudfront",
  columns: columns({
    date: ["DATE", `"time"`],
    time: ["VARCHAR", `strftime("time", '%H:%M:%S')`],
    x_edge_location: field("x-edge-location"),
    sc_bytes: ["BIGINT", "bytes_sent"],
    c_ip: ["VARCHAR", dashed("client_ip")],
    cs_method: ["VARCHAR", dashed("method")],
    cs_host: ["VARCHAR", dashed("site")],
    cs_uri_stem: encoded("cs-uri-stem", "path"),
    // CloudFront writes 000 when the viewer left before the answer; the record has no status then.
    sc_status: ["INTEGER", "coalesce(status, CASE WHEN method IS NOT NULL THEN 0 END)"],
    cs_referrer: encoded("cs(Referer)", "referrer"),
    cs_user_agent: encoded("cs(User-Agent)", "user_agent"),
    cs_uri_query: encoded("cs-uri-query", "query"),
    cs_cookie: encoded("cs(Cookie)", "cookie"),
    x_edge_result_type: ["VARCHAR", dashed("cache_result")],
    x_edge_request_id: ["VARCHAR", dashed("request_id")],
    x_host_header: ["VARCHAR", dashed("host")],
    cs_protocol: ["VARCHAR", dashed("scheme")],
    cs_bytes: ["BIGINT", "bytes_received"],
    time_taken: ["FLOAT", "duration_ms / 1000"],
    x_forwarded_for: field("x-forwarded-for"),
    ssl_protocol: ["VARCHAR", dashed("tls_protocol")],
    ssl_cipher: ["VARCHAR", dashed("tls_cipher")],
    x_edge_response_result_type: field("x-edge-response-result-type"),
    cs_protocol_version: ["VARCHAR", dashed("protocol")],
    fle_status: field("fle-status"),
    fle_encrypted_fields: ["INTEGER", number(native("fle-encrypted-fields"), "INTEGER")],
    c_port: ["INTEGER", "client_port"],
    time_to_first_byte: ["FLOAT", "first_byte_ms / 1000"],
    x_edge_detailed_result_type: field("x-edge-detailed-result-type"),
    sc_content_type: field("sc-content-type"),
    sc_content_len: ["BIGINT", number(native("sc-content-len"), "BIGINT")],
    sc_range_start: ["BIGINT", number(native("sc-range-start"), "BIGINT")],
    sc_range_end: ["BIGINT", number(native("sc-range-end"), "BIGINT")],
  }),
};
