SELECT count(*) AS requests,
    CAST(coalesce(sum(bytes_sent), 0) AS BIGINT) AS bytes_sent,
    count(DISTINCT client_ip) AS clients, count(*) FILTER (WHERE status >= 400) AS errors,
    min(time) AS first, max(time) AS last FROM requests;

WITH kinds AS MATERIALIZED (SELECT "client_ip" AS "client_ip", count(*) AS "requests", CAST(coalesce(sum(bytes_sent), 0) AS BIGINT) AS "bytes_sent", CAST(coalesce(sum(bytes_sent), 0) AS BIGINT) AS value, min(time) AS first_seen, max(time) AS last_seen FROM requests WHERE client_ip IS NOT NULL GROUP BY 1),
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
    largest AS (SELECT * FROM kinds ORDER BY value DESC, "client_ip" ASC NULLS LAST LIMIT 7)
    SELECT "client_ip", "requests", "bytes_sent", first_seen, last_seen, CAST(value AS DOUBLE) AS rank_value,
      kind_count, kind_total, kind_median, kind_moment, kind_half, kind_top10
    FROM largest CROSS JOIN spread ORDER BY value DESC, "client_ip" ASC NULLS LAST;

WITH kinds AS MATERIALIZED (SELECT "client_ip" AS "client_ip", count(*) AS "requests", CAST(coalesce(sum(bytes_sent), 0) AS BIGINT) AS "bytes_sent", count(*) AS value, min(time) AS first_seen, max(time) AS last_seen FROM requests WHERE client_ip IS NOT NULL GROUP BY 1),
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
    largest AS (SELECT * FROM kinds ORDER BY value DESC, "client_ip" ASC NULLS LAST LIMIT 7)
    SELECT "client_ip", "requests", "bytes_sent", first_seen, last_seen, CAST(value AS DOUBLE) AS rank_value,
      kind_count, kind_total, kind_median, kind_moment, kind_half, kind_top10
    FROM largest CROSS JOIN spread ORDER BY value DESC, "client_ip" ASC NULLS LAST;

SELECT (((epoch_us(time) // 1000000) + 7200) // 3600) AS place, count(*) AS requests,
      CAST(coalesce(sum(bytes_sent), 0) AS BIGINT) AS bytes_sent,
      count(*) FILTER (WHERE status >= 400) AS errors
    FROM requests
    WHERE time >= TIMESTAMP '2026-10-24 20:00:00.000' AND time < TIMESTAMP '2026-10-27 07:58:12.001'
    GROUP BY 1;

WITH kinds AS MATERIALIZED (SELECT "user_agent" AS "user_agent", count(*) AS "requests", CAST(coalesce(sum(bytes_sent), 0) AS BIGINT) AS "bytes_sent", CAST(coalesce(sum(bytes_sent), 0) AS BIGINT) AS value, min(time) AS first_seen, max(time) AS last_seen FROM requests WHERE client_ip = '203.0.113.7' GROUP BY 1),
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
    largest AS (SELECT * FROM kinds ORDER BY value DESC, "user_agent" ASC NULLS LAST LIMIT 5)
    SELECT "user_agent", "requests", "bytes_sent", first_seen, last_seen, CAST(value AS DOUBLE) AS rank_value,
      kind_count, kind_total, kind_median, kind_moment, kind_half, kind_top10
    FROM largest CROSS JOIN spread ORDER BY value DESC, "user_agent" ASC NULLS LAST;

SELECT (((epoch_us(time) // 1000000) + 7200) // 3600) AS place, count(*) AS requests,
      CAST(coalesce(sum(bytes_sent), 0) AS BIGINT) AS bytes_sent,
      count(*) FILTER (WHERE status >= 400) AS errors
    FROM (SELECT * FROM requests WHERE client_ip = '203.0.113.7')
    WHERE time >= TIMESTAMP '2026-10-24 20:00:00.000' AND time < TIMESTAMP '2026-10-27 07:58:12.001'
    GROUP BY 1;

WITH kinds AS MATERIALIZED (SELECT "method" AS "method", coalesce(key, path, host) AS "object", count(*) AS "requests", CAST(coalesce(sum(bytes_sent), 0) AS BIGINT) AS "bytes_sent", CAST(coalesce(sum(bytes_sent), 0) AS BIGINT) AS value, min(time) AS first_seen, max(time) AS last_seen FROM requests WHERE client_ip = '203.0.113.7' GROUP BY 1, 2),
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
    largest AS (SELECT * FROM kinds ORDER BY value DESC, "method" ASC NULLS LAST, "object" ASC NULLS LAST LIMIT 5)
    SELECT "method", "object", "requests", "bytes_sent", first_seen, last_seen, CAST(value AS DOUBLE) AS rank_value,
      kind_count, kind_total, kind_median, kind_moment, kind_half, kind_top10
    FROM largest CROSS JOIN spread ORDER BY value DESC, "method" ASC NULLS LAST, "object" ASC NULLS LAST;

SELECT
    min(time) FILTER (WHERE time >= TIMESTAMP '2026-10-26 02:00:00.000') AS busy_from,
    max(time) FILTER (WHERE time < TIMESTAMP '2026-10-26 04:00:00.000') AS busy_until,
    count(*) FILTER (WHERE time < TIMESTAMP '2026-10-26 02:00:00.000') AS earlier,
    count(*) FILTER (WHERE time >= TIMESTAMP '2026-10-26 04:00:00.000') AS later FROM (SELECT * FROM requests WHERE client_ip = '203.0.113.7');

SELECT any_value(owner) AS any_owner, any_value(as_org) AS any_as_org, any_value(country) AS any_country FROM (SELECT * FROM requests WHERE client_ip = '203.0.113.7');

WITH kinds AS MATERIALIZED (SELECT coalesce(key, path, host) AS "object", count(*) AS "requests", CAST(coalesce(sum(bytes_sent), 0) AS BIGINT) AS "bytes_sent", count(*) AS value, min(time) AS first_seen, max(time) AS last_seen FROM requests WHERE coalesce(key, path, host) IS NOT NULL AND (method = 'GET' AND status BETWEEN 200 AND 299 OR method IS NULL AND status IS NULL) GROUP BY 1),
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
    largest AS (SELECT * FROM kinds ORDER BY value DESC, "object" ASC NULLS LAST LIMIT 7)
    SELECT "object", "requests", "bytes_sent", first_seen, last_seen, CAST(value AS DOUBLE) AS rank_value,
      kind_count, kind_total, kind_median, kind_moment, kind_half, kind_top10
    FROM largest CROSS JOIN spread ORDER BY value DESC, "object" ASC NULLS LAST;

WITH kinds AS MATERIALIZED (SELECT coalesce(key, path, host) AS "object", count(*) AS "requests", CAST(coalesce(sum(bytes_sent), 0) AS BIGINT) AS "bytes_sent", CAST(coalesce(sum(bytes_sent), 0) AS BIGINT) AS value, min(time) AS first_seen, max(time) AS last_seen FROM requests WHERE coalesce(key, path, host) IS NOT NULL AND (method = 'GET' AND status BETWEEN 200 AND 299 OR method IS NULL AND status IS NULL) GROUP BY 1),
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
    largest AS (SELECT * FROM kinds ORDER BY value DESC, "object" ASC NULLS LAST LIMIT 7)
    SELECT "object", "requests", "bytes_sent", first_seen, last_seen, CAST(value AS DOUBLE) AS rank_value,
      kind_count, kind_total, kind_median, kind_moment, kind_half, kind_top10
    FROM largest CROSS JOIN spread ORDER BY value DESC, "object" ASC NULLS LAST;

WITH kinds AS MATERIALIZED (SELECT CAST((status // 100) AS VARCHAR) || 'xx' AS "status_class", count(*) AS "requests", CAST(coalesce(sum(bytes_sent), 0) AS BIGINT) AS "bytes_sent", count(*) AS value, min(time) AS first_seen, max(time) AS last_seen FROM requests GROUP BY 1),
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
    largest AS (SELECT * FROM kinds ORDER BY value DESC, "status_class" ASC NULLS LAST LIMIT 7)
    SELECT "status_class", "requests", "bytes_sent", first_seen, last_seen, CAST(value AS DOUBLE) AS rank_value,
      kind_count, kind_total, kind_median, kind_moment, kind_half, kind_top10
    FROM largest CROSS JOIN spread ORDER BY value DESC, "status_class" ASC NULLS LAST;

WITH kinds AS MATERIALIZED (SELECT "method" AS "method", count(*) AS "requests", CAST(coalesce(sum(bytes_sent), 0) AS BIGINT) AS "bytes_sent", count(*) AS value, min(time) AS first_seen, max(time) AS last_seen FROM requests GROUP BY 1),
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
    largest AS (SELECT * FROM kinds ORDER BY value DESC, "method" ASC NULLS LAST LIMIT 7)
    SELECT "method", "requests", "bytes_sent", first_seen, last_seen, CAST(value AS DOUBLE) AS rank_value,
      kind_count, kind_total, kind_median, kind_moment, kind_half, kind_top10
    FROM largest CROSS JOIN spread ORDER BY value DESC, "method" ASC NULLS LAST;

WITH kinds AS MATERIALIZED (SELECT "user_agent" AS "user_agent", count(*) AS "requests", CAST(coalesce(sum(bytes_sent), 0) AS BIGINT) AS "bytes_sent", count(*) AS value, min(time) AS first_seen, max(time) AS last_seen FROM requests GROUP BY 1),
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
    largest AS (SELECT * FROM kinds ORDER BY value DESC, "user_agent" ASC NULLS LAST LIMIT 7)
    SELECT "user_agent", "requests", "bytes_sent", first_seen, last_seen, CAST(value AS DOUBLE) AS rank_value,
      kind_count, kind_total, kind_median, kind_moment, kind_half, kind_top10
    FROM largest CROSS JOIN spread ORDER BY value DESC, "user_agent" ASC NULLS LAST;

WITH kinds AS MATERIALIZED (SELECT "referrer" AS "referrer", count(*) AS "requests", CAST(coalesce(sum(bytes_sent), 0) AS BIGINT) AS "bytes_sent", count(*) AS value, min(time) AS first_seen, max(time) AS last_seen FROM requests GROUP BY 1),
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
    largest AS (SELECT * FROM kinds ORDER BY value DESC, "referrer" ASC NULLS LAST LIMIT 7)
    SELECT "referrer", "requests", "bytes_sent", first_seen, last_seen, CAST(value AS DOUBLE) AS rank_value,
      kind_count, kind_total, kind_median, kind_moment, kind_half, kind_top10
    FROM largest CROSS JOIN spread ORDER BY value DESC, "referrer" ASC NULLS LAST;

SELECT user_agent, count(*) AS requests,
    CAST(coalesce(sum(bytes_sent), 0) AS BIGINT) AS bytes_sent FROM requests GROUP BY 1;

SELECT bot_name, count(DISTINCT client_ip) AS addresses
      FROM (SELECT user_agent, client_ip FROM requests) AS asked
      JOIN (VALUES ('python-requests/2.31', 'python-requests'), ('Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)', 'Googlebot'), ('GPTBot/1.2 (it''s; a \ ''bot'')', 'GPTBot'), ('curl/8.5.0', 'curl'), ('aws-sdk/1.0', 'aws-sdk')) AS agents("agent_text", "bot_name") ON asked.user_agent = agents.agent_text GROUP BY bot_name;
