SELECT * FROM requests
WHERE "status" BETWEEN 500
  AND 599
  AND (starts_with("client_ip", '203.0.113.')
  AND TRY_CAST(split_part("client_ip", '.', 1) AS BIGINT) * 16777216 + TRY_CAST(split_part("client_ip", '.', 2) AS BIGINT) * 65536 + TRY_CAST(split_part("client_ip", '.', 3) AS BIGINT) * 256 + TRY_CAST(split_part("client_ip", '.', 4) AS BIGINT) * 1 BETWEEN 3405803776
  AND 3405803903
  AND regexp_matches("client_ip", '^(?:(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])(?:\.|$)){4}$'))
  AND NOT coalesce((contains("client_ip", ':')
  AND ip_in("client_ip", '2001:db8::/32')), FALSE)
  AND "path" LIKE '/it''s%.html' ESCAPE '!'
  AND regexp_matches("path", '(?P<end>[.]html$)')
  AND "extra"['host_id'] IS DISTINCT FROM 'x'
  AND "time" >= TIMESTAMP '2026-10-25 01:00:00.000'
  AND "referrer" IS DISTINCT FROM 'a';
