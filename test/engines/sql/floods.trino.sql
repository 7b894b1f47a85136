WITH minutes AS (
      SELECT from_big_endian_64(xxhash64(to_utf8(client_ip))) AS ip_key, (date_diff('second', TIMESTAMP '1970-01-01 00:00:00', time) / 60) AS minute_at, count(*) AS n,
        min(date_diff('second', TIMESTAMP '1970-01-01 00:00:00', time)) AS first_s, max(date_diff('second', TIMESTAMP '1970-01-01 00:00:00', time)) AS last_s
      FROM requests WHERE client_ip IS NOT NULL AND time IS NOT NULL GROUP BY 1, 2),
    hours AS (
      SELECT ip_key, (minute_at / 60) AS hour_at, sum(n) AS n, max(n) AS peak,
        min(first_s) AS first_s, max(last_s) AS last_s
      FROM minutes GROUP BY 1, 2),
    pairs AS (
      SELECT ip_key, hour_at, CAST(n AS DOUBLE) AS n, peak, first_s, last_s,
        min(hour_at) OVER (PARTITION BY ip_key ORDER BY hour_at ROWS BETWEEN 1 PRECEDING AND 1 PRECEDING) AS hour_before,
        CAST(min(n) OVER (PARTITION BY ip_key ORDER BY hour_at ROWS BETWEEN 1 PRECEDING AND 1 PRECEDING) AS DOUBLE) AS n_before
      FROM hours),
    clients AS (SELECT ip_key, CAST(sum(n) AS BIGINT) AS requests, count(*) AS hours,
        CAST(max(peak) AS BIGINT) AS peak_minute, CAST(max(n) AS BIGINT) AS peak_hour,
        min(first_s) AS first_s, max(last_s) AS last_s,
        count(*) FILTER (WHERE hour_at = hour_before + 1) AS pairs,
        count(*) FILTER (WHERE hour_at = hour_before + 1 AND (n - n_before) * (n - n_before) <= 0.2275 * (n + n_before))
          AS alike
      FROM pairs GROUP BY 1),
    suspects AS (SELECT * FROM clients WHERE (requests >= 20 AND hours >= 6 AND pairs > 0
        AND alike >= 0.5 * pairs) OR (peak_minute >= 30 OR peak_hour >= 300)),
    names AS (
      SELECT from_big_endian_64(xxhash64(to_utf8(client_ip))) AS name_key, any_value(client_ip) AS client_ip FROM requests
      WHERE client_ip IS NOT NULL AND from_big_endian_64(xxhash64(to_utf8(client_ip))) IN (SELECT ip_key FROM suspects) GROUP BY 1),
    named AS (SELECT client_ip, suspects.* FROM suspects JOIN names ON ip_key = name_key),
    timers AS (
      SELECT * FROM named WHERE requests >= 20 AND hours >= 6 AND pairs > 0
        AND alike >= 0.5 * pairs
      ORDER BY requests DESC, client_ip LIMIT 2000),
    busiest AS (
      SELECT * FROM named WHERE peak_minute >= 30 OR peak_hour >= 300 ORDER BY peak_hour DESC, client_ip LIMIT 50)
    SELECT 'timer' AS kind, client_ip, requests, hours, peak_minute, peak_hour, first_s, last_s FROM timers
    UNION ALL
    SELECT 'busy', client_ip, requests, hours, peak_minute, peak_hour, first_s, last_s FROM busiest
    UNION ALL
    SELECT 'minute', NULL, peak_minute, count(*), NULL, NULL, NULL, NULL FROM clients GROUP BY peak_minute
    UNION ALL
    SELECT 'hour', NULL, peak_hour, count(*), NULL, NULL, NULL, NULL FROM clients GROUP BY peak_hour;

SELECT client_ip, (date_diff('second', TIMESTAMP '1970-01-01 00:00:00', time) / 3600) AS place, count(*) AS n
    FROM requests WHERE client_ip IN ('198.51.2.34', '198.51.0.44', '198.51.2.14', '198.51.0.56', '198.51.2.46', '198.51.3.51', '198.51.0.48', '198.51.1.45', '198.51.2.50', '198.51.2.18', '2001:db8:1::7', '198.51.2.10', '198.51.3.43', '198.51.2.22', '198.51.2.38', '198.51.0.36', '198.51.1.41', '198.51.2.26', '198.51.2.58', '198.51.3.27', '198.51.1.13', '198.51.1.17', '198.51.1.25', '198.51.2.30', '198.51.2.54', '198.51.0.16', '198.51.1.29', '198.51.1.37', '198.51.0.20', '198.51.0.32', '198.51.1.21', '198.51.1.33', '198.51.3.39', '2001:db8::3', '2001:db8::6', '198.51.2.42', '198.51.3.23', '198.51.1.49', '198.51.3.19', '198.51.1.9', '198.51.3.59', '2001:db8:1::4', '198.51.1.57', '198.51.3.11', '198.51.1.53', '198.51.3.31', '198.51.3.47', '198.51.0.8', '198.51.0.24', '2001:db8:2::2') AND time IS NOT NULL
    GROUP BY 1, 2;

WITH calls AS (
      SELECT client_ip, date_diff('second', TIMESTAMP '1970-01-01 00:00:00', time) AS second FROM requests
      WHERE client_ip IN ('198.51.2.34', '198.51.0.44', '198.51.2.14', '198.51.0.56', '198.51.2.46', '198.51.3.51', '198.51.0.48', '198.51.1.45', '198.51.2.50', '198.51.2.18', '2001:db8:1::7', '198.51.2.10', '198.51.3.43', '198.51.2.22', '198.51.2.38', '198.51.0.36', '198.51.1.41', '198.51.2.26', '198.51.2.58', '198.51.3.27', '198.51.1.13', '198.51.1.17', '198.51.1.25', '198.51.2.30', '198.51.2.54', '198.51.0.16', '198.51.1.29', '198.51.1.37', '198.51.0.20', '198.51.0.32', '198.51.1.21', '198.51.1.33', '198.51.3.39', '2001:db8::3', '2001:db8::6', '198.51.2.42', '198.51.3.23', '198.51.1.49', '198.51.3.19', '198.51.1.9', '198.51.3.59', '2001:db8:1::4', '198.51.1.57', '198.51.3.11', '198.51.1.53', '198.51.3.31', '198.51.3.47', '198.51.0.8', '198.51.0.24', '2001:db8:2::2') AND time IS NOT NULL),
    placed AS (
      SELECT stretch, second FROM calls
      JOIN (SELECT CAST("owner_ip" AS varchar) AS "owner_ip", CAST("stretch" AS bigint) AS "stretch", CAST("begin_s" AS bigint) AS "begin_s", CAST("end_s" AS bigint) AS "end_s" FROM (VALUES ('198.51.2.34', 0, 1792890000, 1793088000), ('198.51.0.44', 1, 1792872000, 1793084400), ('198.51.2.14', 2, 1792872000, 1793084400), ('198.51.0.56', 3, 1792872000, 1793080800), ('198.51.2.46', 4, 1792875600, 1793080800), ('198.51.3.51', 5, 1792872000, 1793077200), ('198.51.0.48', 6, 1792872000, 1793088000), ('198.51.1.45', 7, 1792879200, 1793088000), ('198.51.2.50', 8, 1792875600, 1793088000), ('198.51.2.18', 9, 1792879200, 1793088000), ('2001:db8:1::7', 10, 1792872000, 1793088000), ('198.51.2.10', 11, 1792882800, 1793080800), ('198.51.3.43', 12, 1792872000, 1793088000), ('198.51.2.22', 13, 1792875600, 1793088000), ('198.51.2.38', 14, 1792875600, 1793084400), ('198.51.0.36', 15, 1792879200, 1793084400), ('198.51.1.41', 16, 1792872000, 1793088000), ('198.51.2.26', 17, 1792872000, 1793084400), ('198.51.2.58', 18, 1792890000, 1793088000), ('198.51.3.27', 19, 1792879200, 1793084400), ('198.51.1.13', 20, 1792879200, 1793088000), ('198.51.1.17', 21, 1792872000, 1793062800), ('198.51.1.25', 22, 1792875600, 1793084400), ('198.51.2.30', 23, 1792879200, 1793073600), ('198.51.2.54', 24, 1792875600, 1793084400), ('198.51.0.16', 25, 1792897200, 1793084400), ('198.51.1.29', 26, 1792875600, 1793077200), ('198.51.1.37', 27, 1792875600, 1793088000), ('198.51.0.20', 28, 1792872000, 1793084400), ('198.51.0.32', 29, 1792872000, 1793084400), ('198.51.1.21', 30, 1792886400, 1793088000), ('198.51.1.33', 31, 1792872000, 1793080800), ('198.51.3.39', 32, 1792875600, 1793088000), ('2001:db8::3', 33, 1792872000, 1793088000), ('2001:db8::6', 34, 1792875600, 1793084400), ('198.51.2.42', 35, 1792879200, 1793088000), ('198.51.3.23', 36, 1792875600, 1793084400), ('198.51.1.49', 37, 1792872000, 1793088000), ('198.51.3.19', 38, 1792886400, 1793084400), ('198.51.1.9', 39, 1792872000, 1793088000), ('198.51.3.59', 40, 1792879200, 1793084400), ('2001:db8:1::4', 41, 1792875600, 1793077200), ('198.51.1.57', 42, 1792879200, 1793070000), ('198.51.3.11', 43, 1792879200, 1793084400), ('198.51.1.53', 44, 1792872000, 1793084400), ('198.51.3.31', 45, 1792872000, 1793080800), ('198.51.3.47', 46, 1792872000, 1793084400), ('198.51.0.8', 47, 1792872000, 1793070000), ('198.51.0.24', 48, 1792879200, 1793088000), ('2001:db8:2::2', 49, 1792879200, 1793084400)) AS given("owner_ip", "stretch", "begin_s", "end_s")) AS stretches ON client_ip = owner_ip
      WHERE second >= begin_s AND second < end_s),
    gaps AS (
      SELECT stretch,
        second - min(second) OVER (
          PARTITION BY stretch ORDER BY second ROWS BETWEEN 1 PRECEDING AND 1 PRECEDING) AS gap,
        row_number() OVER (PARTITION BY stretch ORDER BY second) AS place
      FROM placed)
    SELECT stretch, gap, count(*) AS n FROM gaps WHERE place > 1 GROUP BY 1, 2 ORDER BY 1, 2;

SELECT client_ip, (date_diff('second', TIMESTAMP '1970-01-01 00:00:00', time) / 3600) AS place, count(*) AS n
    FROM requests WHERE client_ip IN ('203.0.113.7') AND time IS NOT NULL
    GROUP BY 1, 2;

SELECT count(*) AS requests,
    count(*) FILTER (WHERE client_ip = '203.0.113.7') AS own,
    CAST(coalesce(sum(bytes_sent) FILTER (WHERE client_ip = '203.0.113.7'), 0) AS BIGINT) AS bytes_sent,
    count(*) FILTER (WHERE client_ip = '203.0.113.7' AND status >= 400) AS errors,
    count(DISTINCT CASE WHEN client_ip = '203.0.113.7' THEN user_agent END) AS user_agents
    FROM requests WHERE time >= TIMESTAMP '2026-10-26 02:00:00.000' AND time < TIMESTAMP '2026-10-26 04:00:00.000';

WITH kinds AS (SELECT coalesce(key, path, host) AS "object", count(*) AS "requests", CAST(coalesce(sum(bytes_sent), 0) AS BIGINT) AS "bytes_sent", count(*) AS value, min(time) AS first_seen, max(time) AS last_seen FROM requests WHERE client_ip = '203.0.113.7' AND time >= TIMESTAMP '2026-10-26 02:00:00.000' AND time < TIMESTAMP '2026-10-26 04:00:00.000' GROUP BY 1),
    levels AS (
      SELECT CAST(value AS DOUBLE) AS size, CAST(count(*) AS DOUBLE) AS many FROM kinds GROUP BY 1),
    placed AS (
      SELECT size, many,
        sum(many) OVER (ORDER BY size DESC ROWS UNBOUNDED PRECEDING) AS upto,
        sum(size * many) OVER (ORDER BY size DESC ROWS UNBOUNDED PRECEDING) AS reached,
        sum(many) OVER () AS kind_count, sum(size * many) OVER () AS kind_total
      FROM levels),
    spread AS (
      SELECT max(kind_count) AS kind_count, max(kind_total) AS kind_total,
        (sum(CASE WHEN upto - many < floor((kind_count + 1) / 2) AND floor((kind_count + 1) / 2) <= upto THEN size END) +
          sum(CASE WHEN upto - many < floor((kind_count + 2) / 2) AND floor((kind_count + 2) / 2) <= upto THEN size END)) / 2 AS kind_median,
        sum((upto - (many - 1) / 2) * many * size) AS kind_moment,
        sum(CASE WHEN reached - many * size < kind_total / 2 AND size > 0
          THEN least(many, ceil((kind_total / 2 - (reached - many * size)) / size)) END) AS kind_half,
        sum(size * greatest(0e0, least(many, 10e0 - (upto - many)))) AS kind_top10
      FROM placed),
    largest AS (SELECT * FROM kinds ORDER BY value DESC, "object" ASC NULLS LAST LIMIT 1)
    SELECT "object", "requests", "bytes_sent", first_seen, last_seen, CAST(value AS DOUBLE) AS rank_value,
      kind_count, kind_total, kind_median, kind_moment, kind_half, kind_top10
    FROM largest CROSS JOIN spread ORDER BY value DESC, "object" ASC NULLS LAST;
