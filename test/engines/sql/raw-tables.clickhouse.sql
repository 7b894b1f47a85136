CREATE DATABASE IF NOT EXISTS "logs";

CREATE TABLE IF NOT EXISTS "logs"."requests" (
  "time" Nullable(DateTime64(6, 'UTC')),
  "epoch_s" Nullable(Int64),
  "site" Nullable(String),
  "client_ip" Nullable(String),
  "client_port" Nullable(Int64),
  "client_net" Nullable(String),
  "user" Nullable(String),
  "session_id" Nullable(String),
  "method" Nullable(String),
  "scheme" Nullable(String),
  "host" Nullable(String),
  "path" Nullable(String),
  "query" Nullable(String),
  "protocol" Nullable(String),
  "request_target" Nullable(String),
  "status" Nullable(Int64),
  "error_code" Nullable(String),
  "bytes_sent" Nullable(Int64),
  "bytes_received" Nullable(Int64),
  "duration_ms" Nullable(Float64),
  "first_byte_ms" Nullable(Float64),
  "user_agent" Nullable(String),
  "referrer" Nullable(String),
  "cookie" Nullable(String),
  "target_ip" Nullable(String),
  "target_port" Nullable(Int64),
  "tls_protocol" Nullable(String),
  "tls_cipher" Nullable(String),
  "tls_handshake_ms" Nullable(Float64),
  "cache_result" Nullable(String),
  "hierarchy" Nullable(String),
  "operation" Nullable(String),
  "bucket" Nullable(String),
  "key" Nullable(String),
  "object_size" Nullable(Int64),
  "request_id" Nullable(String),
  "requester" Nullable(String),
  "country" Nullable(String),
  "asn" Nullable(Int64),
  "as_org" Nullable(String),
  "owner" Nullable(String),
  "extra" Map(String, Nullable(String)),
  "source" Nullable(String),
  "line" Nullable(Int64),
  "shop" Nullable(String),
  "log_type" String,
  "day" String
)
ENGINE = MergeTree PARTITION BY (log_type, substring(day, 1, 7)) ORDER BY day;

CREATE TABLE IF NOT EXISTS "logs"."requests_rejects" (
  "source" String,
  "log_type" String,
  "reason" String,
  "raw" String
)
ENGINE = MergeTree ORDER BY source;

CREATE TABLE IF NOT EXISTS "logs"."requests_ingested" (
  "source" String,
  "log_type" String,
  "ingested_at" String,
  "size" Int64,
  "lines" Int64,
  "parsed" Int64,
  "rejected" Int64,
  "blank" Int64
)
ENGINE = MergeTree ORDER BY source;

SELECT * FROM (SELECT line, _path AS source, _size AS size FROM file('/var/log/*.log', 'LineAsString', 'line String'));

SELECT * FROM (SELECT line, _path AS source, _size AS size FROM s3('s3://logs/it\'s/**', 'LineAsString', 'line String'));
