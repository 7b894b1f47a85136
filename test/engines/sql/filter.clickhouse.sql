SELECT * FROM requests
WHERE "status" BETWEEN 500
  AND 599
  AND (startsWith("client_ip", '203.0.113.')
  AND toInt64OrNull(arrayElement(splitByString('.', assumeNotNull("client_ip")), 1)) * 16777216 + toInt64OrNull(arrayElement(splitByString('.', assumeNotNull("client_ip")), 2)) * 65536 + toInt64OrNull(arrayElement(splitByString('.', assumeNotNull("client_ip")), 3)) * 256 + toInt64OrNull(arrayElement(splitByString('.', assumeNotNull("client_ip")), 4)) * 1 BETWEEN 3405803776
  AND 3405803903
  AND match("client_ip", '(?-s)^(?:(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])(?:\\.|$)){4}$'))
  AND NOT coalesce(if(isIPv6String(assumeNotNull("client_ip"))
  AND "client_ip" IS NOT NULL, isIPAddressInRange(assumeNotNull("client_ip"), '2001:db8::/32'), FALSE), FALSE)
  AND "path" LIKE '/it\'s%.html'
  AND match("path", '(?-s)(?P<end>[.]html$)')
  AND NOT coalesce("extra"['host_id'] = 'x', "extra"['host_id'] IS NULL
  AND 'x' IS NULL)
  AND "time" >= toDateTime64('2026-10-25 01:00:00.000', 6, 'UTC')
  AND NOT coalesce("referrer" = 'a', "referrer" IS NULL
  AND 'a' IS NULL);
