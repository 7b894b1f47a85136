CREATE DATABASE IF NOT EXISTS `shop`;

DROP TABLE IF EXISTS `shop`.`requests`;

CREATE EXTERNAL TABLE `shop`.`requests` (
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

ALTER TABLE `shop`.`requests` ADD IF NOT EXISTS
  PARTITION (log_type = 'combined', day = '2026-11-05') LOCATION 's3://b/it''s/requests/log_type=combined/day=2026-11-05/'
  PARTITION (log_type = 's3', day = 'undated') LOCATION 's3://b/it''s/requests/log_type=s3/day=undated/';
