CREATE SCHEMA IF NOT EXISTS "lake"."logs";

CREATE TABLE IF NOT EXISTS "lake"."logs"."requests" (
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
  "shop" varchar,
  "log_type" varchar,
  "day" varchar
)
WITH (format = 'PARQUET', external_location = 's3://b/it''s/requests', partitioned_by = ARRAY['log_type', 'day']);

CREATE TABLE IF NOT EXISTS "lake"."logs"."requests_rejects" (
  "source" varchar,
  "log_type" varchar,
  "reason" varchar,
  "raw" varchar
)
WITH (format = 'PARQUET', external_location = 's3://b/it''s/rejects');

CREATE TABLE IF NOT EXISTS "lake"."logs"."requests_ingested" (
  "source" varchar,
  "log_type" varchar,
  "ingested_at" varchar,
  "size" bigint,
  "lines" bigint,
  "parsed" bigint,
  "rejected" bigint,
  "blank" bigint
)
WITH (format = 'PARQUET', external_location = 's3://b/it''s/ingested');

CREATE SCHEMA IF NOT EXISTS "lake"."logs";

DROP TABLE IF EXISTS "lake"."logs"."culprit_raw_aec5540b36c7";

CREATE TABLE "lake"."logs"."culprit_raw_aec5540b36c7" (line varchar)
WITH (format = 'REGEX', regex = '(?s)(.*)', external_location = 's3://logs/it''s');

DROP TABLE IF EXISTS "lake"."logs"."culprit_raw_aec5540b36c7";
