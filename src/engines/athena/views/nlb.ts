import { columns, type AthenaView } from "./view.js";
import { percentEncoded } from "../../../formats/encoded.js";
import { dashed, logged, native, number } from "./restore.js";

const field = (name: string): readonly ["VARCHAR", string] => ["VARCHAR", dashed(native(name))];

/** https://docs.aws.amazon.com/athena/latest/ug/networkloadbalancer-classic-logs.html */
export const nlbTlsLogs: AthenaView = {
  name: "nlb_tls_logs",
  docs: "https://docs.aws.amazon.com/athena/latest/ug/networkloadbalancer-classic-logs.html",
  logType: "nlb",
  columns: columns({
    type: ["VARCHAR", dashed("protocol")],
    version: field("version"),
    time: ["VARCHAR", `strftime("time", '%Y-%m-%dT%H:%M:%S')`],
    elb: ["VARCHAR", dashed("site")],
    listener_id: field("listener"),
    client_ip: ["VARCHAR", dashed("client_ip")],
    client_port: ["INTEGER", "client_port"],
    target_ip: ["VARCHAR", dashed("target_ip")],
    target_port: ["INTEGER", "target_port"],
    tcp_connection_time_ms: ["DOUBLE", "duration_ms"],
    tls_handshake_time_ms: ["DOUBLE", "tls_handshake_ms"],
    received_bytes: ["BIGINT", "bytes_received"],
    sent_bytes: ["BIGINT", "bytes_sent"],
    incoming_tls_alert: ["INTEGER", number(native("incoming_tls_alert"), "INTEGER")],
    cert_arn: field("chosen_cert_arn"),
    certificate_serial: field("chosen_cert_serial"),
    tls_cipher_suite: ["VARCHAR", dashed("tls_cipher")],
    tls_protocol_version: ["VARCHAR", dashed("tls_protocol")],
    tls_named_group: field("tls_named_group"),
    domain_name: ["VARCHAR", dashed(logged("domain_name", percentEncoded("host", "")))],
    alpn_fe_protocol: field("alpn_fe_protocol"),
    alpn_be_protocol: field("alpn_be_protocol"),
    alpn_client_preference_list: field("alpn_client_preference_list"),
    tls_connection_creation_time: field("tls_connection_creation_time"),
  }),
};

/** The same with a partition column, as tables are defined that are partitioned by `date_day`. */
export const accessLogsNlb: AthenaView = {
  ...nlbTlsLogs,
  name: "access_logs_nlb",
  partition: "date_day",
};
