SELECT intDiv((intDiv(toUnixTimestamp64Micro(time), 1000000) + 7200), 3600) AS place, count(*) AS requests,
      CAST(coalesce(sum(bytes_sent), 0) AS BIGINT) AS bytes_sent,
      count(*) FILTER (WHERE status >= 400) AS errors
    FROM requests
    WHERE time >= toDateTime64('2026-10-24 20:00:00.000', 6, 'UTC') AND time < toDateTime64('2026-10-27 07:58:12.001', 6, 'UTC')
    GROUP BY 1;
