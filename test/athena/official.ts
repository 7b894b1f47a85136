/** A table as AWS's documentation defines it: its columns, and how a line is cut. */
export interface OfficialTable {
  readonly name: string;
  /** `name type` in order, with the partition column at the end. */
  readonly columns: string;
  /** What Hive's RegexSerDe or LazySimpleSerDe makes of a line: a text a column, or NULL. */
  cut(line: string): readonly (string | null | undefined)[] | undefined;
}

/**
 * AWS's regular expressions, but for a last optional group: where nothing is left Java leaves it
 * empty and JavaScript undefined, so it is written without the question mark.
 */
const regex =
  (pattern: RegExp): OfficialTable["cut"] =>
  (line) =>
    pattern.exec(line)?.slice(1);

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-s3-access-logs-to-identify-requests.html */
const s3: OfficialTable = {
  name: "s3_access_logs",
  columns:
    "bucketowner string, bucket_name string, requestdatetime string, remoteip string, requester string, " +
    "requestid string, operation string, key string, request_uri string, httpstatus string, errorcode string, " +
    "bytessent bigint, objectsize bigint, totaltime string, turnaroundtime string, referrer string, " +
    "useragent string, versionid string, hostid string, sigv string, ciphersuite string, authtype string, " +
    "endpoint string, tlsversion string, accesspointarn string, aclrequired string, sourceregion string, " +
    "timestamp string",
  cut: regex(
    /^([^ ]*) ([^ ]*) \[(.*?)\] ([^ ]*) ([^ ]*) ([^ ]*) ([^ ]*) ([^ ]*) ("[^"]*"|-) (-|[0-9]*) ([^ ]*) ([^ ]*) ([^ ]*) ([^ ]*) ([^ ]*) ([^ ]*) ("[^"]*"|-) ([^ ]*)(?: ([^ ]*) ([^ ]*) ([^ ]*) ([^ ]*) ([^ ]*) ([^ ]*) ([^ ]*) ([^ ]*) ([^ ]*))?.*$/,
  ),
};

/** https://docs.aws.amazon.com/athena/latest/ug/create-alb-access-logs-table-partition-projection.html */
const alb: OfficialTable = {
  name: "alb_access_logs",
  columns:
    "type string, time string, elb string, client_ip string, client_port int, target_ip string, " +
    "target_port int, request_processing_time double, target_processing_time double, " +
    "response_processing_time double, elb_status_code int, target_status_code string, " +
    "received_bytes bigint, sent_bytes bigint, request_verb string, request_url string, " +
    "request_proto string, user_agent string, ssl_cipher string, ssl_protocol string, " +
    "target_group_arn string, trace_id string, domain_name string, chosen_cert_arn string, " +
    "matched_rule_priority string, request_creation_time string, actions_executed string, " +
    "redirect_url string, lambda_error_reason string, target_port_list string, " +
    "target_status_code_list string, classification string, classification_reason string, " +
    "conn_trace_id string, day string",
  cut: regex(
    /^([^ ]*) ([^ ]*) ([^ ]*) ([^ ]*):([0-9]*) ([^ ]*)[:-]([0-9]*) ([-.0-9]*) ([-.0-9]*) ([-.0-9]*) (|[-0-9]*) (-|[-0-9]*) ([-0-9]*) ([-0-9]*) "([^ ]*) (.*) (- |[^ ]*)" "([^"]*)" ([A-Z0-9-_]+) ([A-Za-z0-9.-]*) ([^ ]*) "([^"]*)" "([^"]*)" "([^"]*)" ([-.0-9]*) ([^ ]*) "([^"]*)" "([^"]*)" "([^ ]*)" "([^\s]+?)" "([^\s]+)" "([^ ]*)" "([^ ]*)" ?([^ ]*)(?: .*)?$/,
  ),
};

/** https://docs.aws.amazon.com/athena/latest/ug/create-alb-connection-logs-table-partition-projection.html */
const albConnection: OfficialTable = {
  name: "alb_connection_logs",
  columns:
    "time string, client_ip string, client_port int, listener_port int, tls_protocol string, " +
    "tls_cipher string, tls_handshake_latency double, leaf_client_cert_subject string, " +
    "leaf_client_cert_validity string, leaf_client_cert_serial_number string, " +
    "tls_verify_status string, conn_trace_id string, day string",
  cut: regex(
    /^([^ ]*) ([^ ]*) ([0-9]*) ([0-9]*) ([A-Za-z0-9.-]*) ([^ ]*) ([-.0-9]*) "([^"]*)" ([^ ]*) ([^ ]*) ([^ ]*) ?([^ ]*)(?: .*)?$/,
  ),
};

const nlbColumns =
  "type string, version string, time string, elb string, listener_id string, client_ip string, " +
  "client_port int, target_ip string, target_port int, tcp_connection_time_ms double, " +
  "tls_handshake_time_ms double, received_bytes bigint, sent_bytes bigint, incoming_tls_alert int, " +
  "cert_arn string, certificate_serial string, tls_cipher_suite string, tls_protocol_version string, " +
  "tls_named_group string, domain_name string, alpn_fe_protocol string, alpn_be_protocol string, " +
  "alpn_client_preference_list string, tls_connection_creation_time string";

/** https://docs.aws.amazon.com/athena/latest/ug/networkloadbalancer-classic-logs.html */
const nlb: OfficialTable = {
  name: "nlb_tls_logs",
  columns: nlbColumns,
  cut: regex(
    /^([^ ]*) ([^ ]*) ([^ ]*) ([^ ]*) ([^ ]*) ([^ ]*):([0-9]*) ([^ ]*):([0-9]*) ([-.0-9]*) ([-.0-9]*) ([-0-9]*) ([-0-9]*) ([-0-9]*) ([^ ]*) ([^ ]*) ([^ ]*) ([^ ]*) ([^ ]*) ([^ ]*) ([^ ]*) ([^ ]*) ([^ ]*) ?([^ ]*)(?: .*)?$/,
  ),
};

/** https://docs.aws.amazon.com/athena/latest/ug/elasticloadbalancer-classic-logs.html */
const elb: OfficialTable = {
  name: "elb_logs",
  columns:
    "timestamp string, elb_name string, request_ip string, request_port int, backend_ip string, " +
    "backend_port int, request_processing_time double, backend_processing_time double, " +
    "client_response_time double, elb_response_code string, backend_response_code string, " +
    "received_bytes bigint, sent_bytes bigint, request_verb string, url string, protocol string, " +
    "user_agent string, ssl_cipher string, ssl_protocol string",
  cut: regex(
    /^([^ ]*) ([^ ]*) ([^ ]*):([0-9]*) ([^ ]*)[:-]([0-9]*) ([-.0-9]*) ([-.0-9]*) ([-.0-9]*) (|[-0-9]*) (-|[-0-9]*) ([-0-9]*) ([-0-9]*) "([^ ]*) ([^ ]*) (- |[^ ]*)" ("[^"]*") ([A-Z0-9-]+) ([A-Za-z0-9.-]*)$/,
  ),
};

/** https://docs.aws.amazon.com/athena/latest/ug/create-cloudfront-table-standard-logs.html */
const cloudfront: OfficialTable = {
  name: "cloudfront_standard_logs",
  columns:
    "date date, time string, x_edge_location string, sc_bytes bigint, c_ip string, cs_method string, " +
    "cs_host string, cs_uri_stem string, sc_status int, cs_referrer string, cs_user_agent string, " +
    "cs_uri_query string, cs_cookie string, x_edge_result_type string, x_edge_request_id string, " +
    "x_host_header string, cs_protocol string, cs_bytes bigint, time_taken float, x_forwarded_for string, " +
    "ssl_protocol string, ssl_cipher string, x_edge_response_result_type string, " +
    "cs_protocol_version string, fle_status string, fle_encrypted_fields int, c_port int, " +
    "time_to_first_byte float, x_edge_detailed_result_type string, sc_content_type string, " +
    "sc_content_len bigint, sc_range_start bigint, sc_range_end bigint",
  cut: (line) => line.split("\t"),
};

export const official = {
  s3,
  alb,
  albConnection,
  nlb,
  accessLogsNlb: { ...nlb, name: "access_logs_nlb", columns: `${nlbColumns}, date_day string` },
  elb,
  cloudfront,
} as const satisfies Record<string, OfficialTable>;

/** The row of a line as Athena shows it, without the partition column; undefined where it has none. */
export function athenaRow(table: OfficialTable, line: string): Record<string, unknown> | undefined {
  const cells = table.cut(line);
  if (cells === undefined) return undefined;
  const columns = table.columns.split(", ").map((column) => column.split(" ") as [string, string]);
  return Object.fromEntries(
    columns.slice(0, cells.length).map(([name, type], at) => [name, valueOf(cells[at], type)]),
  );
}

function valueOf(cell: string | null | undefined, type: string): unknown {
  if (cell === undefined || cell === null) return null;
  if (type === "string" || type === "date") return cell;
  if (!/^-?[0-9.]+$/.test(cell)) return null;
  return Number(cell);
}
