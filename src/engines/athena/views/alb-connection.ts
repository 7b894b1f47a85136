import { columns, type AthenaView } from "./view.js";
import { dashed, isoMicros, native } from "./restore.js";

/** https://docs.aws.amazon.com/athena/latest/ug/create-alb-connection-logs-table-partition-projection.html */
export const albConnectionLogs: AthenaView = {
  name: "alb_connection_logs",
  docs: "https://docs.aws.amazon.com/athena/latest/ug/create-alb-connection-logs-table-partition-projection.html",
  logType: "alb-connection",
  partition: "day",
  columns: columns({
    time: ["VARCHAR", isoMicros],
    client_ip: ["VARCHAR", dashed("client_ip")],
    client_port: ["INTEGER", "client_port"],
    listener_port: ["INTEGER", "target_port"],
    tls_protocol: ["VARCHAR", dashed("tls_protocol")],
    tls_cipher: ["VARCHAR", dashed("tls_cipher")],
    tls_handshake_latency: ["DOUBLE", "tls_handshake_ms / 1000"],
    leaf_client_cert_subject: ["VARCHAR", dashed(native("leaf_client_cert_subject"))],
    leaf_client_cert_validity: ["VARCHAR", dashed(native("leaf_client_cert_validity"))],
    leaf_client_cert_serial_number: ["VARCHAR", dashed(native("leaf_client_cert_serial_number"))],
    tls_verify_status: ["VARCHAR", dashed(native("tls_verify_status"))],
    conn_trace_id: ["VARCHAR", dashed(native("conn_trace_id"))],
  }),
};
