import { columns, type AthenaView } from "./view.js";
import { dashed, escapedQuotes, isoMicros, native, number, requestParts } from "./restore.js";

const request = requestParts({ url: "- -", protocol: "" });
const field = (name: string): readonly ["VARCHAR", string] => ["VARCHAR", dashed(native(name))];
const seconds = (name: string): readonly ["DOUBLE", string] => [
  "DOUBLE",
  number(native(name), "DOUBLE"),
];

/** https://docs.aws.amazon.com/athena/latest/ug/create-alb-access-logs-table-partition-projection.html */
export const albAccessLogs: AthenaView = {
  name: "alb_access_logs",
  docs: "https://docs.aws.amazon.com/athena/latest/ug/create-alb-access-logs-table-partition-projection.html",
  logType: "alb",
  partition: "day",
  columns: columns({
    type: field("type"),
    time: ["VARCHAR", isoMicros],
    elb: ["VARCHAR", dashed("site")],
    client_ip: ["VARCHAR", dashed("client_ip")],
    client_port: ["INTEGER", "client_port"],
    // Where no target was chosen the regular expression finds an empty address before the dash.
    target_ip: ["VARCHAR", "coalesce(target_ip, '')"],
    target_port: ["INTEGER", "target_port"],
    request_processing_time: seconds("request_processing_time"),
    target_processing_time: seconds("target_processing_time"),
    response_processing_time: seconds("response_processing_time"),
    elb_status_code: ["INTEGER", "status"],
    target_status_code: field("target_status_code"),
    received_bytes: ["BIGINT", "bytes_received"],
    sent_bytes: ["BIGINT", "bytes_sent"],
    request_verb: ["VARCHAR", request.verb],
    request_url: ["VARCHAR", request.url],
    request_proto: ["VARCHAR", request.protocol],
    user_agent: ["VARCHAR", dashed(escapedQuotes("user_agent"))],
    ssl_cipher: ["VARCHAR", dashed("tls_cipher")],
    ssl_protocol: ["VARCHAR", dashed("tls_protocol")],
    target_group_arn: field("target_group_arn"),
    trace_id: field("trace_id"),
    domain_name: field("domain_name"),
    chosen_cert_arn: field("chosen_cert_arn"),
    matched_rule_priority: field("matched_rule_priority"),
    request_creation_time: field("request_creation_time"),
    actions_executed: field("actions_executed"),
    redirect_url: field("redirect_url"),
    lambda_error_reason: ["VARCHAR", dashed("error_code")],
    target_port_list: field("target:port_list"),
    target_status_code_list: field("target_status_code_list"),
    classification: field("classification"),
    classification_reason: field("classification_reason"),
    // The last group of the regular expression is empty where the line has ended before.
    conn_trace_id: ["VARCHAR", `coalesce(${native("conn_trace_id")}, '')`],
  }),
};
