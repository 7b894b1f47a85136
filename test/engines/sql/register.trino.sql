CREATE SCHEMA IF NOT EXISTS "lake"."logs";

DROP TABLE IF EXISTS "lake"."logs"."requests";

CREATE TABLE "lake"."logs"."requests" (
  "time" timestamp(6),
  "epoch_s" bigint,
  "site" varchar,
  "client_ip" varchar,
  "client_port" bigint,
  "client_net" varchar,
  "user" varchar,
  "session_id" varchar,
  "method" varchar,
  "scheme" varchar,
  "host" varchar,
  "path" varchar,
  "query" varchar,
  "protocol" varchar,
  "request_target" varchar,
  "status" bigint,
  "error_code" varchar,
  "bytes_sent" bigint,
  "bytes_received" bigint,
  "duration_ms" double,
  "first_byte_ms" double,
  "user_agent" varchar,
  "referrer" varchar,
  "cookie" varchar,
  "target_ip" varchar,
  "target_port" bigint,
  "tls_protocol" varchar,
  "tls_cipher" varchar,
  "tls_handshake_ms" double,
  "cache_result" varchar,
  "hierarchy" varchar,
  "operation" varchar,
  "bucket" varchar,
  "key" varchar,
  "object_size" bigint,
  "request_id" varchar,
  "requester" varchar,
  "country" varchar,
  "asn" bigint,
  "as_org" varchar,
  "owner" varchar,
  "extra" map(varchar, varchar),
  "source" varchar,
  "line" bigint,
  "shop_item" varchar,
  "log_type" varchar,
  "day" varchar
)
WITH (
  format = 'PARQUET',
  external_location = 'local:///it''s/requests',
  partitioned_by = ARRAY['log_type', 'day']
);

CALL "lake".system.sync_partition_metadata('logs', 'requests', 'FULL');
