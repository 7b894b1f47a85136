CREATE DATABASE IF NOT EXISTS `shop`;

CREATE EXTERNAL TABLE IF NOT EXISTS `shop`.`requests` (
  `time` timestamp,
  `epoch_s` bigint,
  `site` string,
  `client_ip` string,
  `client_port` bigint,
  `client_net` string,
  `user` string,
  `session_id` string,
  `method` string,
  `scheme` string,
  `host` string,
  `path` string,
  `query` string,
  `protocol` string,
  `request_target` string,
  `status` bigint,
  `error_code` string,
  `bytes_sent` bigint,
  `bytes_received` bigint,
  `duration_ms` double,
  `first_byte_ms` double,
  `user_agent` string,
  `referrer` string,
  `cookie` string,
  `target_ip` string,
  `target_port` bigint,
  `tls_protocol` string,
  `tls_cipher` string,
  `tls_handshake_ms` double,
  `cache_result` string,
  `hierarchy` string,
  `operation` string,
  `bucket` string,
  `key` string,
  `object_size` bigint,
  `request_id` string,
  `requester` string,
  `country` string,
  `asn` bigint,
  `as_org` string,
  `owner` string,
  `extra` map<string,string>,
  `source` string,
  `line` bigint,
  `shop` string
)
PARTITIONED BY (`log_type` string, `day` string)
STORED AS PARQUET
LOCATION 's3://b/it''s/requests/';

CREATE EXTERNAL TABLE IF NOT EXISTS `shop`.`requests_rejects` (
  `source` string,
  `log_type` string,
  `reason` string,
  `raw` string
)
STORED AS PARQUET
LOCATION 's3://b/it''s/rejects/';

CREATE EXTERNAL TABLE IF NOT EXISTS `shop`.`requests_ingested` (
  `source` string,
  `log_type` string,
  `ingested_at` string,
  `size` bigint,
  `lines` bigint,
  `parsed` bigint,
  `rejected` bigint,
  `blank` bigint
)
STORED AS PARQUET
LOCATION 's3://b/it''s/ingested/';

CREATE DATABASE IF NOT EXISTS `shop`;

DROP TABLE IF EXISTS `shop`.`culprit_raw_939dbc6caf63`;

CREATE EXTERNAL TABLE `shop`.`culprit_raw_939dbc6caf63` (line string)
ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.RegexSerDe'
WITH SERDEPROPERTIES ('input.regex' = '(?s)(.*)')
LOCATION 's3://logs/AWSLogs/2026/11/';

DROP TABLE IF EXISTS `shop`.`culprit_raw_939dbc6caf63`;
