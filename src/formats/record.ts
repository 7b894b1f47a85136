/** What a column of the record holds; `ip` is text that the filter language may compare with a CIDR. */
export type ColumnType = "text" | "int" | "float" | "time" | "ip" | "map";

export interface Column {
  readonly type: ColumnType;
  /** One sentence for `culprit formats --fields`, the docs and editors. */
  readonly about: string;
}

const text = (about: string): Column => ({ type: "text", about });
const int = (about: string): Column => ({ type: "int", about });
const float = (about: string): Column => ({ type: "float", about });

/**
 * The one wide row that every format fills, in the order in which it is written.
 * A value that the log does not carry is NULL; `-` and empty text are NULL.
 */
export const record = {
  time: { type: "time", about: "When the request was logged, UTC, microseconds" },
  epoch_s: int("The same instant in whole seconds since 1970"),
  log_type: text("The format that read the line: s3, combined, squid …"),
  site: text("The bucket, load balancer or virtual host that served it"),
  client_ip: { type: "ip", about: "Who asked: address or host name, as the server saw it" },
  client_port: int("The client's TCP port"),
  client_net: text("The client's /24 (IPv4) or /48 (IPv6)"),
  user: text("The authenticated user"),
  session_id: text("The visitor's session, where the log carries one"),
  method: text("GET, POST, HEAD …"),
  scheme: text("http, https, ws …"),
  host: text("The host name that was asked for"),
  path: text("What was asked for, without the query"),
  query: text("What follows the question mark"),
  protocol: text("HTTP/1.1, HTTP/2.0, tls …"),
  request_target: text("Path and query (or URL) as logged"),
  status: int("The status code sent to the client"),
  error_code: text("The server's own word for an error, such as NoSuchKey"),
  bytes_sent: int("Bytes sent to the client"),
  bytes_received: int("Bytes received from the client"),
  duration_ms: float("How long the request or connection took, milliseconds"),
  first_byte_ms: float("Time to the first byte of the response, milliseconds"),
  user_agent: text("What the client claims to be"),
  referrer: text("Where the client claims to come from"),
  cookie: text("The Cookie header"),
  target_ip: text("The server behind that answered"),
  target_port: int("Its TCP port"),
  tls_protocol: text("TLSv1.2, TLSv1.3 …"),
  tls_cipher: text("The cipher suite"),
  tls_handshake_ms: float("How long the TLS handshake took, milliseconds"),
  cache_result: text("Hit, Miss, TCP_MISS …"),
  hierarchy: text("How a cache reached the origin: HIER_DIRECT, FIRSTUP_PARENT …"),
  operation: text("The S3 operation: REST.GET.OBJECT …"),
  bucket: text("The S3 bucket"),
  key: text("The S3 object key, decoded"),
  object_size: int("The whole object's size in bytes"),
  request_id: text("The server's identity for the request"),
  requester: text("The authenticated S3 requester"),
  country: text("The client's country"),
  asn: int("The client's autonomous system number"),
  as_org: text("The organisation behind it"),
  owner: text("The owner from your own table"),
  extra: { type: "map", about: "Every other field of the line by its native name" },
  source: text("The file or object the line came from"),
  line: int("The line's number in it, from 1"),
} as const satisfies Record<string, Column>;

export type RecordColumn = keyof typeof record;

/** Every column a query may name, with its type; user-derived columns are text. */
export function columnTypes(derived: readonly string[] = []): Map<string, ColumnType> {
  const types = new Map<string, ColumnType>(
    Object.entries(record).map(([name, column]) => [name, column.type]),
  );
  for (const name of derived) if (!types.has(name)) types.set(name, "text");
  return types;
}
