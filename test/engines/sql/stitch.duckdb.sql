SELECT log_type, count(*) AS many,
      count(cache_result) + count(hierarchy) AS cached
    FROM requests AS t WHERE TRUE GROUP BY log_type ORDER BY log_type;

SELECT log_type, count(*) AS many,
      count(cache_result) + count(hierarchy) AS cached
    FROM requests AS t WHERE TRUE GROUP BY log_type ORDER BY log_type;

SELECT max(many - span) AS again FROM (SELECT source, count(*) AS many,
    max(line) - min(line) + 1 AS span FROM (SELECT * FROM requests AS t
    WHERE TRUE AND log_type = 'squid') AS t GROUP BY source) AS t;

SELECT r."time", r."client_ip", r."path", r."query", r."status", r."user_agent", r."cache_result", r."method", r."host", r."bytes_sent", r."duration_ms", r."hierarchy", r."target_ip", r."source", r."line",
      CAST(n.place * 17179869184 + row_number() OVER (PARTITION BY n.source ORDER BY r.line) AS BIGINT) AS row_id
    FROM (SELECT * FROM requests AS t
    WHERE TRUE AND log_type = 'squid') AS r JOIN (SELECT source, row_number() OVER (ORDER BY source) AS place
      FROM (SELECT DISTINCT coalesce(source, '') AS source FROM (SELECT * FROM requests AS t
    WHERE TRUE AND log_type = 'squid') AS t) AS t) AS n
      ON coalesce(r.source, '') = n.source;

SELECT max(many - span) AS again FROM (SELECT source, count(*) AS many,
    max(line) - min(line) + 1 AS span FROM (SELECT * FROM requests AS t
    WHERE TRUE AND log_type = 'apache') AS t GROUP BY source) AS t;

SELECT r."time", r."client_ip", r."path", r."query", r."status", r."user_agent", r."cache_result", r."method", r."host", r."bytes_sent", r."duration_ms", r."hierarchy", r."target_ip", r."source", r."line",
      CAST(n.place * 17179869184 + row_number() OVER (PARTITION BY n.source ORDER BY r.line) AS BIGINT) AS row_id
    FROM (SELECT * FROM requests AS t
    WHERE TRUE AND log_type = 'apache') AS r JOIN (SELECT source, row_number() OVER (ORDER BY source) AS place
      FROM (SELECT DISTINCT coalesce(source, '') AS source FROM (SELECT * FROM requests AS t
    WHERE TRUE AND log_type = 'apache') AS t) AS t) AS n
      ON coalesce(r.source, '') = n.source;

SELECT count(*) AS lines_n, count(query) AS with_query,
    count(user_agent) AS with_agent, count(host) AS with_host, count(target_ip) AS with_target,
    count(duration_ms) AS with_duration, CAST(min(epoch_us(time)) AS DOUBLE) AS first_at,
    CAST(max(epoch_us(time)) AS DOUBLE) AS last_at,
    count(*) FILTER (WHERE epoch_us(time) % 1000000 <> 0) AS fractions FROM kept_1 AS t;

SELECT count(*) AS lines_n, count(query) AS with_query,
    count(user_agent) AS with_agent, count(host) AS with_host, count(target_ip) AS with_target,
    count(duration_ms) AS with_duration, CAST(min(epoch_us(time)) AS DOUBLE) AS first_at,
    CAST(max(epoch_us(time)) AS DOUBLE) AS last_at,
    count(*) FILTER (WHERE epoch_us(time) % 1000000 <> 0) AS fractions FROM kept_2 AS t;

SELECT * FROM (SELECT CAST(row_id AS DOUBLE) AS id, CASE WHEN path IS NOT NULL THEN CAST((hash(coalesce(method, '') || ' ' || CASE WHEN contains(path, '%') THEN coalesce(url_decode(path), path) ELSE path END || ' ' || coalesce(CASE WHEN contains(query, '%') THEN coalesce(url_decode(query), query) ELSE query END, '')) // 4096) AS DOUBLE) END AS url,
      ((CAST(epoch_us(time) AS DOUBLE) - coalesce(CAST(duration_ms * 1000 AS DOUBLE), 0))) AS anchor, (CAST(epoch_us(time) AS DOUBLE) - coalesce(CAST(duration_ms * 1000 AS DOUBLE), 0)) AS lo,
      CAST(epoch_us(time) AS DOUBLE) + 0 AS hi, CAST(status AS DOUBLE) AS status,
  CAST(bytes_sent AS DOUBLE) AS bytes, CAST(duration_ms * 1000 AS DOUBLE) AS took,
  CAST(NULL AS DOUBLE) AS agent,
  CAST((hash(coalesce(client_ip, '')) // 4096) AS DOUBLE) AS address
      FROM kept_1 AS t WHERE CASE WHEN hierarchy IS NOT NULL THEN hierarchy NOT IN ('HIER_NONE', 'NONE')
    WHEN cache_result IS NOT NULL THEN regexp_matches(cache_result, '(?i)(^|_)(miss|pass|pipe|bypass|expired|revalidated|dynamic|error|tunnel)(_|$)|refresh|swapfail')
    ELSE target_ip IS NOT NULL END) AS t WHERE url IS NOT NULL AND anchor IS NOT NULL;

SELECT * FROM (SELECT CAST(row_id AS DOUBLE) AS id, CASE WHEN path IS NOT NULL THEN CAST((hash(coalesce(method, '') || ' ' || CASE WHEN contains(path, '%') THEN coalesce(url_decode(path), path) ELSE path END || ' ' || coalesce(CASE WHEN contains(query, '%') THEN coalesce(url_decode(query), query) ELSE query END, '')) // 4096) AS DOUBLE) END AS url,
      (CAST(epoch_us(time) AS DOUBLE) + 500000) AS anchor, CAST(500000 AS DOUBLE) AS slack,
      (CAST(epoch_us(time) AS DOUBLE) + coalesce(CAST(duration_ms * 1000 AS DOUBLE), 0)) + 500000 AS ended,
      CAST((hash(source) // 4096) AS DOUBLE) AS written_to, CAST(status AS DOUBLE) AS status,
  CAST(bytes_sent AS DOUBLE) AS bytes, CAST(duration_ms * 1000 AS DOUBLE) AS took,
  CAST(NULL AS DOUBLE) AS agent,
  CAST((hash(coalesce(client_ip, '')) // 4096) AS DOUBLE) AS address
      FROM kept_2 AS t) AS t WHERE anchor IS NOT NULL;

SELECT f.url, f.fronts, b.backs
    FROM (SELECT url, count(*) AS fronts FROM kept_3 AS t GROUP BY url) AS f
    JOIN (SELECT url, count(*) AS backs FROM kept_4 AS t GROUP BY url) AS b ON f.url = b.url;

SELECT b.anchor AS seen,
    b.anchor - f.anchor AS delta, b.slack, f.address AS front, b.address AS back,
    f.took - b.took AS took, CASE WHEN f.status = b.status THEN f.bytes - b.bytes END AS bytes
  FROM kept_3 AS f JOIN kept_4 AS b ON f.url = b.url
  WHERE f.url IN (SELECT url FROM kept_5 AS u WHERE fronts = 1 AND backs = 1 ORDER BY url LIMIT 200000) ORDER BY 1, 2;

SELECT id, written_to, ended, known, min(known) OVER (
      PARTITION BY written_to ORDER BY id DESC ROWS UNBOUNDED PRECEDING) AS high
    FROM (SELECT b.id, b.written_to, b.ended,
        CASE WHEN abs(b.anchor - k.anchor) <= 250000 + b.slack THEN k.hi END AS known
      FROM stitch_aligned AS b LEFT JOIN (SELECT url, anchor, hi FROM kept_3 AS f
        WHERE url IN (SELECT url FROM kept_5 AS u WHERE fronts = 1 AND backs = 1)) AS k ON b.url = k.url) AS t;

SELECT approx_quantile(known - high, 0.5) AS late FROM kept_6 AS t;

SELECT id, CASE WHEN high - low <= 2000000 THEN (low + high) / 2 END AS done,
      CASE WHEN high - low <= 2000000 THEN (high - low) / 2 END AS open_for, written
    FROM (SELECT id, high, max(CASE WHEN known IS NOT NULL THEN high END) OVER (PARTITION BY written_to ORDER BY id ROWS UNBOUNDED PRECEDING) AS low,
      max(ended) OVER (PARTITION BY written_to ORDER BY id ROWS UNBOUNDED PRECEDING) AS written FROM kept_6 AS t) AS t;

SELECT url, id, lo, hi, anchor, sum(begins) OVER (PARTITION BY url ORDER BY lo, id ROWS UNBOUNDED PRECEDING) AS stretch
    FROM (SELECT url, id, lo, hi, anchor, CASE WHEN lo > 250000 +
        max(hi) OVER (PARTITION BY url ORDER BY lo, id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) THEN 1 ELSE 0 END AS begins
      FROM (SELECT f.url, f.id, f.lo, f.hi, f.anchor FROM kept_3 AS f WHERE url IN (SELECT url FROM kept_5 AS u WHERE fronts > 1 OR backs > 1)
        UNION ALL SELECT b.url, -1 - b.id AS id, b.anchor - b.slack AS lo, b.anchor + b.slack AS hi, b.anchor FROM stitch_aligned AS b WHERE url IN (SELECT url FROM kept_5 AS u WHERE fronts > 1 OR backs > 1)) AS t) AS t;

SELECT url, stretch, count(*) AS n,
    max(id) AS front_id, min(id) AS back_id,
    max(CASE WHEN id >= 0 THEN lo END) AS front_lo, max(CASE WHEN id >= 0 THEN hi END) AS front_hi,
    max(CASE WHEN id >= 0 THEN anchor END) AS front_at, max(CASE WHEN id < 0 THEN lo END) AS back_lo,
    max(CASE WHEN id < 0 THEN hi END) AS back_hi, max(CASE WHEN id < 0 THEN anchor END) AS back_at
  FROM kept_8 AS t GROUP BY url, stretch HAVING max(id) >= 0 AND min(id) < 0;

SELECT CAST(f.id AS BIGINT) AS front_id, CAST(b.id AS BIGINT) AS back_id,
    b.anchor - f.anchor AS lag, FALSE AS ambiguous
  FROM kept_3 AS f JOIN stitch_aligned AS b ON f.url = b.url
  WHERE f.url IN (SELECT url FROM kept_5 AS u WHERE fronts = 1 AND backs = 1)
    AND b.anchor + b.slack >= f.lo - 250000
    AND b.anchor - b.slack <= f.hi + 250000
    UNION ALL SELECT CAST(front_id AS BIGINT) AS front_id, CAST(-1 - back_id AS BIGINT) AS back_id,
    back_at - front_at AS lag, FALSE AS ambiguous
  FROM kept_9 AS t
  WHERE n = 2 AND back_hi >= front_lo - 250000
    AND back_lo <= front_hi + 250000;

SELECT s.id FROM kept_8 AS s JOIN kept_9 AS b
    ON s.url = b.url AND s.stretch = b.stretch WHERE b.n > 2;

SELECT * FROM (
    SELECT f.url, f.id, f.lo, f.hi, f.anchor, CAST(NULL AS DOUBLE) AS done, CAST(NULL AS DOUBLE) AS open_for, f.hi AS place,
      f.took, f.status, f.bytes, f.agent, f.address
    FROM kept_3 AS f JOIN kept_11 AS s ON f.id = s.id
    UNION ALL SELECT b.url, -1 - b.id AS id, b.anchor - b.slack AS lo, b.anchor + b.slack AS hi, b.anchor, e.done, e.open_for, coalesce(e.done, e.written, b.anchor) AS place,
      b.took, b.status, b.bytes, b.agent, b.address
    FROM stitch_aligned AS b JOIN kept_11 AS s ON -1 - b.id = s.id
    JOIN kept_7 AS e ON b.id = e.id
    ) AS t ORDER BY url, lo;

SELECT CASE WHEN p.ambiguous THEN 'ambiguous' WHEN p.front_id IS NOT NULL THEN 'paired'
        WHEN NOT f.is_expected THEN 'cached'
        WHEN (epoch_us(f.time) + 1486000 < 1793491233000000 - 1250000 OR epoch_us(f.time) + 1486000 > 1793499684000000 + 1250000) THEN 'not_covered' ELSE 'front_only' END AS stitch,
      f."time" AS "time", f."client_ip" AS "client_ip", f."path" AS "path", f."query" AS "query", f."status" AS "status", coalesce(f."user_agent", b."user_agent") AS "user_agent", f."cache_result" AS "cache_result", b.time AS back_time, b.client_ip AS back_ip, b.status AS back_status,
      b.bytes_sent AS back_bytes_sent, b.duration_ms AS back_duration_ms,
      p.lag / 1000 AS back_lag_ms, b.source AS back_source, b.line AS back_line
    FROM (SELECT *, CASE WHEN hierarchy IS NOT NULL THEN hierarchy NOT IN ('HIER_NONE', 'NONE')
    WHEN cache_result IS NOT NULL THEN regexp_matches(cache_result, '(?i)(^|_)(miss|pass|pipe|bypass|expired|revalidated|dynamic|error|tunnel)(_|$)|refresh|swapfail')
    ELSE target_ip IS NOT NULL END AS is_expected FROM kept_1 AS t) AS f
    LEFT JOIN kept_10 AS p ON f.row_id = p.front_id
    LEFT JOIN kept_2 AS b ON b.row_id = p.back_id
    UNION ALL
    SELECT CASE WHEN (epoch_us(b.time) - 1486000 < 1793491232049000 - 1250000 OR epoch_us(b.time) - 1486000 > 1793499792778000 + 1250000) THEN 'not_covered' ELSE 'back_only' END,
      b."time", b."client_ip", b."path", b."query", b."status", b."user_agent", b."cache_result", b.time, b.client_ip, b.status, b.bytes_sent, b.duration_ms, NULL, b.source, b.line
    FROM kept_2 AS b WHERE b.row_id NOT IN (SELECT back_id FROM kept_10 AS p);

SELECT stitch, log_side, count(*) AS n FROM (SELECT stitch,
      CASE WHEN back_time IS NOT NULL AND stitch = 'not_covered' THEN 'back' ELSE 'front' END AS log_side
      FROM kept_12) AS t GROUP BY 1, 2;

WITH costs AS MATERIALIZED (SELECT client_ip, arg_max(user_agent, (coalesce(back_duration_ms, 0), user_agent)) FILTER (WHERE user_agent IS NOT NULL AND coalesce(back_duration_ms, 0) IS NOT NULL) AS user_agent,
      count(*) AS requests, count(*) FILTER (WHERE stitch IN ('paired', 'ambiguous')) AS behind,
      round(sum(back_duration_ms) FILTER (WHERE stitch IN ('paired', 'ambiguous')), 6) AS behind_ms,
      sum(back_bytes_sent) FILTER (WHERE stitch IN ('paired', 'ambiguous')) AS behind_bytes
    FROM kept_12 WHERE stitch <> 'back_only' GROUP BY client_ip)
    SELECT *, (SELECT sum(behind) FROM costs) AS all_behind, (SELECT round(sum(behind_ms), 6) FROM costs) AS all_ms
    FROM costs WHERE behind > 0
    ORDER BY coalesce(behind_ms, 0) DESC, behind DESC, client_ip LIMIT 10;

WITH asked AS MATERIALIZED (SELECT path, query, client_ip, count(*) AS n, sum(back_duration_ms) AS ms
    FROM kept_12 WHERE stitch IN ('paired', 'ambiguous') AND path IN (SELECT path FROM kept_12 WHERE stitch IN ('paired', 'ambiguous')
      GROUP BY path HAVING count(*) >= 50 AND count(query) >= 0.9 * count(*))
    GROUP BY path, query, client_ip),
    queries AS (SELECT path, query, sum(n) AS n, round(sum(ms), 6) AS ms FROM asked GROUP BY path, query),
    paths AS (SELECT path, sum(n) AS behind, round(sum(ms), 6) AS ms, count(query) AS queries,
      count(*) FILTER (WHERE n = 1 AND query IS NOT NULL) AS fresh FROM queries GROUP BY path),
    clients AS (SELECT path, client_ip, sum(n) AS n FROM asked GROUP BY path, client_ip),
    first AS (SELECT path, count(*) AS clients, max(n) AS most FROM clients GROUP BY path)
    SELECT p.path AS path, p.behind, p.ms, p.queries, p.fresh, f.clients, f.most, min(c.client_ip) AS client_ip
    FROM paths AS p JOIN first AS f ON p.path = f.path
    JOIN clients AS c ON c.path = f.path AND c.n = f.most
    WHERE p.behind >= 50 AND p.fresh >= 0.9 * p.behind
    GROUP BY p.path, p.behind, p.ms, p.queries, p.fresh, f.clients, f.most ORDER BY p.behind DESC, p.path LIMIT 10;

WITH own AS (
      SELECT back_ip FROM (SELECT back_ip, count(*) AS n, sum(count(*)) OVER () AS pairs
        FROM kept_12 WHERE stitch IN ('paired', 'ambiguous') AND back_ip IS NOT NULL GROUP BY back_ip) AS t
      WHERE n >= 0.01 * pairs)
    SELECT a.back_ip, CASE WHEN o.back_ip IS NULL THEN 0 ELSE 1 END AS is_front, count(*) AS requests,
      count(DISTINCT a.path) AS paths, min(a.path) AS path,
      min(a.user_agent) AS user_agent, min(a.time) AS first_seen, max(a.time) AS last_seen
    FROM kept_12 AS a LEFT JOIN own AS o ON a.back_ip = o.back_ip
    WHERE a.stitch = 'back_only' GROUP BY 1, 2 ORDER BY 2, 3 DESC, 1 LIMIT 10;

SELECT cache_result, status, count(*) AS requests,
      min(path) AS path, min(client_ip) AS client_ip
    FROM kept_12 WHERE stitch = 'front_only'
    GROUP BY cache_result, status ORDER BY 3 DESC, 1, 2 LIMIT 10;
