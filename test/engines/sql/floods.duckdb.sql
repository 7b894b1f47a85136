WITH minutes AS (
      SELECT hash(client_ip) AS ip_key, ((epoch_us(time) // 1000000) // 60) AS minute_at, count(*) AS n
      FROM requests WHERE client_ip IS NOT NULL AND time IS NOT NULL GROUP BY 1, 2),
    hours AS (
      SELECT ip_key, (minute_at // 60) AS hour_at, CAST(sum(n) AS BIGINT) AS n,
        max(n) AS peak
      FROM minutes GROUP BY 1, 2),
    pairs AS (
      SELECT ip_key, hour_at, CAST(n AS DOUBLE) AS n, peak,
        min(hour_at) OVER (PARTITION BY ip_key ORDER BY hour_at ROWS BETWEEN 1 PRECEDING AND 1 PRECEDING) AS hour_before,
        CAST(min(n) OVER (PARTITION BY ip_key ORDER BY hour_at ROWS BETWEEN 1 PRECEDING AND 1 PRECEDING) AS DOUBLE) AS n_before
      FROM hours),
    clients AS MATERIALIZED (SELECT ip_key, CAST(sum(n) AS BIGINT) AS requests, count(*) AS hours,
        CAST(max(peak) AS BIGINT) AS peak_minute, CAST(max(n) AS BIGINT) AS peak_hour,
        count(*) FILTER (WHERE hour_at = hour_before + 1) AS pairs,
        count(*) FILTER (WHERE hour_at = hour_before + 1 AND (n - n_before) * (n - n_before) <= 0.2275 * (n + n_before))
          AS alike
      FROM pairs GROUP BY 1),
    suspects AS (SELECT * FROM clients WHERE (requests >= 20 AND hours >= 6 AND pairs > 0
        AND alike >= 0.5 * pairs) OR (peak_minute >= 30 OR peak_hour >= 300)),
    names AS (
      SELECT hash(client_ip) AS name_key, any_value(client_ip) AS client_ip,
        min((epoch_us(time) // 1000000)) AS first_s, max((epoch_us(time) // 1000000)) AS last_s
      FROM requests
      WHERE client_ip IS NOT NULL AND time IS NOT NULL AND hash(client_ip) IN (SELECT ip_key FROM suspects) GROUP BY 1),
    named AS (SELECT client_ip, first_s, last_s, suspects.* FROM suspects JOIN names ON ip_key = name_key),
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

SELECT client, second FROM (
       SELECT client_ip, (epoch_us(time) // 1000000) AS second FROM requests
       WHERE time IS NOT NULL) AS asked
     JOIN (VALUES (0, '198.51.2.34'), (1, '198.51.0.44'), (2, '198.51.2.14'), (3, '198.51.0.56'), (4, '198.51.2.46'), (5, '198.51.3.51'), (6, '198.51.0.48'), (7, '198.51.1.45'), (8, '198.51.2.50'), (9, '198.51.2.18'), (10, '2001:db8:1::7'), (11, '198.51.2.10'), (12, '198.51.3.43'), (13, '198.51.2.22'), (14, '198.51.2.38'), (15, '198.51.0.36'), (16, '198.51.1.41'), (17, '198.51.2.26'), (18, '198.51.2.58'), (19, '198.51.3.27'), (20, '198.51.1.13'), (21, '198.51.1.17'), (22, '198.51.1.25'), (23, '198.51.2.30'), (24, '198.51.2.54'), (25, '198.51.0.16'), (26, '198.51.1.29'), (27, '198.51.1.37'), (28, '198.51.0.20'), (29, '198.51.0.32'), (30, '198.51.1.21'), (31, '198.51.1.33'), (32, '198.51.3.39'), (33, '2001:db8::3'), (34, '2001:db8::6'), (35, '198.51.2.42'), (36, '198.51.3.23'), (37, '198.51.1.49'), (38, '198.51.3.19'), (39, '198.51.1.9'), (40, '198.51.3.59'), (41, '2001:db8:1::4'), (42, '198.51.1.57'), (43, '198.51.3.11'), (44, '198.51.1.53'), (45, '198.51.3.31'), (46, '198.51.3.47'), (47, '198.51.0.8'), (48, '198.51.0.24'), (49, '2001:db8:2::2'), (50, '203.0.113.7')) AS listed("client", "own_ip") ON client_ip = own_ip;

SELECT client, (second // 3600) AS place, count(*) AS n
    FROM kept_1 AS calls WHERE client IN (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49)
    GROUP BY 1, 2;

WITH placed AS (
      SELECT stretch, second FROM kept_1 AS calls
      JOIN (VALUES (0, 0, 1792890000, 1793088000), (1, 1, 1792872000, 1793084400), (2, 2, 1792872000, 1793084400), (3, 3, 1792872000, 1793080800), (4, 4, 1792875600, 1793080800), (5, 5, 1792872000, 1793077200), (6, 6, 1792872000, 1793088000), (7, 7, 1792879200, 1793088000), (8, 8, 1792875600, 1793088000), (9, 9, 1792879200, 1793088000), (10, 10, 1792872000, 1793088000), (11, 11, 1792882800, 1793080800), (12, 12, 1792872000, 1793088000), (13, 13, 1792875600, 1793088000), (14, 14, 1792875600, 1793084400), (15, 15, 1792879200, 1793084400), (16, 16, 1792872000, 1793088000), (17, 17, 1792872000, 1793084400), (18, 18, 1792890000, 1793088000), (19, 19, 1792879200, 1793084400), (20, 20, 1792879200, 1793088000), (21, 21, 1792872000, 1793062800), (22, 22, 1792875600, 1793084400), (23, 23, 1792879200, 1793073600), (24, 24, 1792875600, 1793084400), (25, 25, 1792897200, 1793084400), (26, 26, 1792875600, 1793077200), (27, 27, 1792875600, 1793088000), (28, 28, 1792872000, 1793084400), (29, 29, 1792872000, 1793084400), (30, 30, 1792886400, 1793088000), (31, 31, 1792872000, 1793080800), (32, 32, 1792875600, 1793088000), (33, 33, 1792872000, 1793088000), (34, 34, 1792875600, 1793084400), (35, 35, 1792879200, 1793088000), (36, 36, 1792875600, 1793084400), (37, 37, 1792872000, 1793088000), (38, 38, 1792886400, 1793084400), (39, 39, 1792872000, 1793088000), (40, 40, 1792879200, 1793084400), (41, 41, 1792875600, 1793077200), (42, 42, 1792879200, 1793070000), (43, 43, 1792879200, 1793084400), (44, 44, 1792872000, 1793084400), (45, 45, 1792872000, 1793080800), (46, 46, 1792872000, 1793084400), (47, 47, 1792872000, 1793070000), (48, 48, 1792879200, 1793088000), (49, 49, 1792879200, 1793084400)) AS stretches("owner", "stretch", "begin_s", "end_s") ON client = owner
      WHERE second >= begin_s AND second < end_s),
    gaps AS (
      SELECT stretch,
        second - min(second) OVER (
          PARTITION BY stretch ORDER BY second ROWS BETWEEN 1 PRECEDING AND 1 PRECEDING) AS gap,
        row_number() OVER (PARTITION BY stretch ORDER BY second) AS place
      FROM placed)
    SELECT stretch, gap, count(*) AS n FROM gaps WHERE place > 1 GROUP BY 1, 2 ORDER BY 1, 2;

SELECT client, (second // 3600) AS place, count(*) AS n
    FROM kept_1 AS calls WHERE client IN (50)
    GROUP BY 1, 2;

SELECT count(*) AS requests,
    count(*) FILTER (WHERE client_ip = '203.0.113.7') AS own,
    CAST(coalesce(sum(bytes_sent) FILTER (WHERE client_ip = '203.0.113.7'), 0) AS BIGINT) AS bytes_sent,
    count(*) FILTER (WHERE client_ip = '203.0.113.7' AND status >= 400) AS errors,
    count(DISTINCT CASE WHEN client_ip = '203.0.113.7' THEN user_agent END) AS user_agents
    FROM requests WHERE time >= TIMESTAMP '2026-10-26 02:00:00.000' AND time < TIMESTAMP '2026-10-26 04:00:00.000';

WITH kinds AS MATERIALIZED (SELECT coalesce(key, path, host) AS "object", count(*) AS "requests", CAST(coalesce(sum(bytes_sent), 0) AS BIGINT) AS "bytes_sent", count(*) AS value, min(time) AS first_seen, max(time) AS last_seen FROM requests WHERE client_ip = '203.0.113.7' AND time >= TIMESTAMP '2026-10-26 02:00:00.000' AND time < TIMESTAMP '2026-10-26 04:00:00.000' GROUP BY 1),
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
