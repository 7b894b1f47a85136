WITH kinds AS (SELECT "client_ip" AS "client_ip", count(*) AS "requests", CAST(coalesce(sum(bytes_sent), 0) AS BIGINT) AS "bytes_sent", CAST(coalesce(sum(bytes_sent), 0) AS BIGINT) AS value, min(time) AS first_seen, max(time) AS last_seen FROM requests GROUP BY 1),
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
    largest AS (SELECT * FROM kinds ORDER BY value DESC, "client_ip" ASC NULLS LAST LIMIT 25)
    SELECT "client_ip", "requests", "bytes_sent", first_seen, last_seen, CAST(value AS DOUBLE) AS rank_value,
      kind_count, kind_total, kind_median, kind_moment, kind_half, kind_top10
    FROM largest CROSS JOIN spread ORDER BY value DESC, "client_ip" ASC NULLS LAST;
