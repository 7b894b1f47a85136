import { columns, type AthenaView } from "./view.js";
import { dashed, digits, inQuotes, isoMicros, native, number, requestParts } from "./restore.js";

const request = requestParts({ url: "-", protocol: "- " });
const seconds = (name: string): readonly ["DOUBLE", string] => [
  "DOUBLE",
  number(native(name), "DOUBLE"),
];

/** https://docs.aws.amazon.com/athena/latest/ug/elasticloadbalancer-classic-logs.html */
export const elbLogs: AthenaView = {
  name: "elb_logs",
  docs: "https://docs.aws.amazon.com/athena/latest/ug/elasticloadbalancer-classic-logs.html",
  logType: "elb",
  columns: columns({
    timestamp: ["VARCHAR", isoMicros],
    elb_name: ["VARCHAR", dashed("site")],
    request_ip: ["VARCHAR", dashed("client_ip")],
    request_port: ["INTEGER", "client_port"],
    // Where no backend was chosen the regular expression finds an empty address before the dash.
    backend_ip: ["VARCHAR", "coalesce(target_ip, '')"],
    backend_port: ["INTEGER", "target_port"],
    request_processing_time: seconds("request_processing_time"),
    backend_processing_time: seconds("backend_processing_time"),
    client_response_time: seconds("response_processing_time"),
    elb_response_code: ["VARCHAR", dashed(digits("status"))],
    backend_response_code: ["VARCHAR", dashed(native("backend_status_code"))],
    received_bytes: ["BIGINT", "bytes_received"],
    sent_bytes: ["BIGINT", "bytes_sent"],
    request_verb: ["VARCHAR", request.verb],
    url: ["VARCHAR", request.url],
    protocol: ["VARCHAR", request.protocol],
    user_agent: ["VARCHAR", inQuotes(dashed("user_agent"))],
    ssl_cipher: ["VARCHAR", dashed("tls_cipher")],
    ssl_protocol: ["VARCHAR", dashed("tls_protocol")],
  }),
};
