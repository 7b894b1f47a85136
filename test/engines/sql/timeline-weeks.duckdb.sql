SELECT (((epoch_us(timezone('Europe/Berlin', timezone('UTC', time))) // 1000000) + 259200) // 604800) AS place, count(*) AS requests,
      CAST(coalesce(sum(bytes_sent), 0) AS BIGINT) AS bytes_sent,
      count(*) FILTER (WHERE status >= 400) AS errors
    FROM requests
    WHERE time >= TIMESTAMP '2026-10-24 20:00:00.000' AND time < TIMESTAMP '2026-10-27 07:58:12.001'
    GROUP BY 1;
