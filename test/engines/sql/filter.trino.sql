SELECT * FROM requests
WHERE "status" BETWEEN 500
  AND 599
  AND (starts_with("client_ip", '203.0.113.')
  AND TRY_CAST(split_part("client_ip", '.', 1) AS bigint) * 16777216 + TRY_CAST(split_part("client_ip", '.', 2) AS bigint) * 65536 + TRY_CAST(split_part("client_ip", '.', 3) AS bigint) * 256 + TRY_CAST(split_part("client_ip", '.', 4) AS bigint) * 1 BETWEEN 3405803776
  AND 3405803903
  AND regexp_like("client_ip", '^(?:(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])(?:\.|\z)){4}\z'))
  AND NOT coalesce((strpos("client_ip", ':') > 0
  AND coalesce(contains('2001:db8::/32', TRY_CAST("client_ip" AS ipaddress)), FALSE)), FALSE)
  AND "path" LIKE '/it''s%.html' ESCAPE '!'
  AND regexp_like("path", '(?<end>[.]html\z)')
  AND element_at("extra", 'host_id') IS DISTINCT FROM 'x'
  AND "time" >= TIMESTAMP '2026-10-25 01:00:00.000'
  AND "referrer" IS DISTINCT FROM 'a';
