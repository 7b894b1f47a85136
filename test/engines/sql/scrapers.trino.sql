SELECT user_agent, count(*) AS requests, count(*) FILTER (WHERE asset) AS assets,
    count(*) FILTER (WHERE NOT asset AND NOT unreferred) AS referred
    FROM (SELECT client_ip, client_net, user_agent, session_id, time, query, bytes_sent, method, status,
    coalesce(path, key) AS file, coalesce(path, key) || CASE WHEN query IS NULL THEN '' ELSE '?' || query END AS url,
    regexp_like(coalesce(path, key), '(?i)\.(?:css|js|mjs|png|jpg|jpeg|gif|svg|ico|webp|avif|woff|woff2|ttf|eot|otf|map|mp4|webm)\z') AS asset, referrer IS NULL AS unreferred
  FROM requests WHERE client_ip IS NOT NULL AND coalesce(path, key) IS NOT NULL AND TRUE) AS hits GROUP BY 1;

WITH asked AS (
      SELECT client_ip, user_agent, url, asset, CAST(count(*) AS BIGINT) AS times
      FROM (SELECT client_ip, client_net, user_agent, session_id, time, query, bytes_sent, method, status,
    coalesce(path, key) AS file, coalesce(path, key) || CASE WHEN query IS NULL THEN '' ELSE '?' || query END AS url,
    regexp_like(coalesce(path, key), '(?i)\.(?:css|js|mjs|png|jpg|jpeg|gif|svg|ico|webp|avif|woff|woff2|ttf|eot|otf|map|mp4|webm)\z') AS asset, referrer IS NULL AS unreferred
  FROM requests WHERE client_ip IS NOT NULL AND coalesce(path, key) IS NOT NULL AND TRUE) AS hits GROUP BY 1, 2, 3, 4),
    shared AS (
      SELECT url, asset, times, sum(CASE WHEN asset THEN times ELSE -times END)
        OVER (PARTITION BY client_ip, user_agent) AS surplus FROM asked),
    pages AS (
      SELECT url, sum(times) AS level FROM shared WHERE surplus >= 0 AND NOT asset GROUP BY url)
    SELECT level, count(*) AS pages FROM pages GROUP BY 1 ORDER BY 1;

SELECT count(DISTINCT url) AS pages
    FROM (SELECT client_ip, client_net, user_agent, session_id, time, query, bytes_sent, method, status,
    coalesce(path, key) AS file, coalesce(path, key) || CASE WHEN query IS NULL THEN '' ELSE '?' || query END AS url,
    regexp_like(coalesce(path, key), '(?i)\.(?:css|js|mjs|png|jpg|jpeg|gif|svg|ico|webp|avif|woff|woff2|ttf|eot|otf|map|mp4|webm)\z') AS asset, referrer IS NULL AS unreferred
  FROM requests WHERE client_ip IS NOT NULL AND coalesce(path, key) IS NOT NULL AND TRUE) AS hits WHERE NOT asset AND status BETWEEN 200 AND 399;

SELECT client_ip, user_agent, count(*) AS requests, CAST(coalesce(sum(bytes_sent), 0) AS BIGINT) AS bytes_sent, count(*) FILTER (WHERE asset) AS assets, count(*) FILTER (WHERE NOT asset) AS pages, count(*) FILTER (WHERE NOT asset AND unreferred) AS unreferred_pages, count(DISTINCT CASE WHEN NOT asset THEN url END) AS distinct_pages, count(*) FILTER (WHERE method = 'HEAD') AS heads, count(*) FILTER (WHERE status BETWEEN 400 AND 499) AS missing, count(*) FILTER (WHERE file = '/robots.txt') AS robots, count(*) FILTER (WHERE starts_with(file, '/sitemap')) AS sitemaps, count(*) FILTER (WHERE starts_with(file, '/favicon') OR starts_with(file, '/apple-touch-icon')) AS icons, min(time) AS first_seen, max(time) AS last_seen,
      count(DISTINCT (((date_diff('second', TIMESTAMP '1970-01-01 00:00:00', time) + 3600) / 3600) % 24)) AS hours, count(DISTINCT session_id) AS sessions
    FROM (SELECT client_ip, client_net, user_agent, session_id, time, query, bytes_sent, method, status,
    coalesce(path, key) AS file, coalesce(path, key) || CASE WHEN query IS NULL THEN '' ELSE '?' || query END AS url,
    regexp_like(coalesce(path, key), '(?i)\.(?:css|js|mjs|png|jpg|jpeg|gif|svg|ico|webp|avif|woff|woff2|ttf|eot|otf|map|mp4|webm)\z') AS asset, referrer IS NULL AS unreferred
  FROM requests WHERE client_ip IS NOT NULL AND coalesce(path, key) IS NOT NULL AND TRUE) AS hits GROUP BY client_ip, user_agent HAVING count(*) >= 5
    ORDER BY pages DESC, requests DESC, client_ip, user_agent LIMIT 50000;

SELECT count(*) AS clients, count(*) FILTER (WHERE requests < 5) AS few_clients,
      coalesce(sum(requests) FILTER (WHERE requests < 5), 0) AS few_requests
    FROM (SELECT client_ip, user_agent, count(*) AS requests
      FROM (SELECT client_ip, client_net, user_agent, session_id, time, query, bytes_sent, method, status,
    coalesce(path, key) AS file, coalesce(path, key) || CASE WHEN query IS NULL THEN '' ELSE '?' || query END AS url,
    regexp_like(coalesce(path, key), '(?i)\.(?:css|js|mjs|png|jpg|jpeg|gif|svg|ico|webp|avif|woff|woff2|ttf|eot|otf|map|mp4|webm)\z') AS asset, referrer IS NULL AS unreferred
  FROM requests WHERE client_ip IS NOT NULL AND coalesce(path, key) IS NOT NULL AND TRUE) AS hits GROUP BY 1, 2) AS counted;

WITH asked AS (
      SELECT client_ip, user_agent, url, count(*) AS times
      FROM (SELECT client_ip, client_net, user_agent, session_id, time, query, bytes_sent, method, status,
    coalesce(path, key) AS file, coalesce(path, key) || CASE WHEN query IS NULL THEN '' ELSE '?' || query END AS url,
    regexp_like(coalesce(path, key), '(?i)\.(?:css|js|mjs|png|jpg|jpeg|gif|svg|ico|webp|avif|woff|woff2|ttf|eot|otf|map|mp4|webm)\z') AS asset, referrer IS NULL AS unreferred
  FROM requests WHERE client_ip IS NOT NULL AND coalesce(path, key) IS NOT NULL AND TRUE) AS hits WHERE NOT asset GROUP BY 1, 2, 3),
    readers AS (
      SELECT client_ip, user_agent, times, count(*) OVER (PARTITION BY url) AS readers FROM asked)
    SELECT client_ip, user_agent,
      coalesce(sum(times) FILTER (WHERE readers <= 3), 0) AS rare, sum(times) AS pages
    FROM readers GROUP BY 1, 2 HAVING sum(times) >= 10
    ORDER BY pages DESC LIMIT 50000;

SELECT client_ip, user_agent, date_diff('second', TIMESTAMP '1970-01-01 00:00:00', time) AS seconds, url FROM (
      SELECT client_ip, user_agent, time, url, row_number() OVER
        (PARTITION BY client_ip, user_agent ORDER BY time) AS place
      FROM (SELECT client_ip, client_net, user_agent, session_id, time, query, bytes_sent, method, status,
    coalesce(path, key) AS file, coalesce(path, key) || CASE WHEN query IS NULL THEN '' ELSE '?' || query END AS url,
    regexp_like(coalesce(path, key), '(?i)\.(?:css|js|mjs|png|jpg|jpeg|gif|svg|ico|webp|avif|woff|woff2|ttf|eot|otf|map|mp4|webm)\z') AS asset, referrer IS NULL AS unreferred
  FROM requests WHERE client_ip IS NOT NULL AND coalesce(path, key) IS NOT NULL AND client_ip IN ('203.0.113.7', '198.51.2.34', '198.51.2.46', '198.51.0.48', '2001:db8:1::1', '198.51.2.18', '198.51.0.12', '198.51.0.28', '198.51.1.45', '198.51.2.14', '198.51.0.56', '198.51.2.50', '198.51.3.35', '198.51.3.51', '198.51.3.27', '198.51.2.30', '198.51.2.54', '2001:db8::', '198.51.1.29', '198.51.3.43', '2001:db8:1::7', '198.51.0.40', '198.51.0.44', '198.51.2.10', '198.51.2.38', '198.51.0.52', '198.51.1.37', '198.51.0.16', '198.51.0.36', '198.51.1.17', '198.51.1.25', '198.51.2.22', '198.51.2.26', '198.51.2.58', '2001:db8::6', '198.51.0.32', '198.51.1.33', '198.51.1.41', '198.51.2.42', '198.51.3.15', '2001:db8::3', '198.51.1.21', '198.51.3.19', '198.51.3.39', '198.51.1.53', '198.51.1.9', '2001:db8:2::5', '198.51.1.49', '198.51.3.11', '198.51.3.47', '198.51.1.13', '198.51.0.20', '198.51.1.57', '198.51.3.59', '198.51.3.23', '2001:db8:1::4', '198.51.3.31', '198.51.0.8', '198.51.3.55')) AS hits WHERE NOT asset) AS steps
    WHERE place <= 1000;

SELECT client_ip, count(*) AS user_agents,
      count(*) FILTER (WHERE requests >= 3) AS judged,
      count(*) FILTER (WHERE requests >= 3 AND assets >= 0.4 * requests)
        AS browsers, sum(requests) AS total
    FROM (SELECT client_ip, user_agent, count(*) AS requests,
        count(*) FILTER (WHERE asset) AS assets
      FROM (SELECT client_ip, client_net, user_agent, session_id, time, query, bytes_sent, method, status,
    coalesce(path, key) AS file, coalesce(path, key) || CASE WHEN query IS NULL THEN '' ELSE '?' || query END AS url,
    regexp_like(coalesce(path, key), '(?i)\.(?:css|js|mjs|png|jpg|jpeg|gif|svg|ico|webp|avif|woff|woff2|ttf|eot|otf|map|mp4|webm)\z') AS asset, referrer IS NULL AS unreferred
  FROM requests WHERE client_ip IS NOT NULL AND coalesce(path, key) IS NOT NULL AND TRUE AND (user_agent IS NULL OR NOT (user_agent IN (SELECT agent_text FROM (SELECT CAST("agent_text" AS varchar) AS "agent_text" FROM (VALUES ('python-requests/2.31'), ('Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)'), ('GPTBot/1.2 (it''s; a \ ''bot'')'), ('curl/8.5.0'), ('aws-sdk/1.0')) AS given("agent_text")) AS automata)))) AS hits GROUP BY 1, 2) AS clients
    GROUP BY 1 HAVING count(*) >= 3 ORDER BY sum(requests) DESC, client_ip
    LIMIT 2000;

SELECT client_ip, count(DISTINCT session_id) AS sessions, count(*) AS requests, CAST(coalesce(sum(bytes_sent), 0) AS BIGINT) AS bytes_sent, count(*) FILTER (WHERE asset) AS assets, count(*) FILTER (WHERE NOT asset) AS pages, count(*) FILTER (WHERE NOT asset AND unreferred) AS unreferred_pages, count(DISTINCT CASE WHEN NOT asset THEN url END) AS distinct_pages, count(*) FILTER (WHERE method = 'HEAD') AS heads, count(*) FILTER (WHERE status BETWEEN 400 AND 499) AS missing, count(*) FILTER (WHERE file = '/robots.txt') AS robots, count(*) FILTER (WHERE starts_with(file, '/sitemap')) AS sitemaps, count(*) FILTER (WHERE starts_with(file, '/favicon') OR starts_with(file, '/apple-touch-icon')) AS icons, min(time) AS first_seen, max(time) AS last_seen
    FROM (SELECT client_ip, client_net, user_agent, session_id, time, query, bytes_sent, method, status,
    coalesce(path, key) AS file, coalesce(path, key) || CASE WHEN query IS NULL THEN '' ELSE '?' || query END AS url,
    regexp_like(coalesce(path, key), '(?i)\.(?:css|js|mjs|png|jpg|jpeg|gif|svg|ico|webp|avif|woff|woff2|ttf|eot|otf|map|mp4|webm)\z') AS asset, referrer IS NULL AS unreferred
  FROM requests WHERE client_ip IS NOT NULL AND coalesce(path, key) IS NOT NULL AND client_ip IN ('192.0.2.9') AND (user_agent IS NULL OR NOT (user_agent IN (SELECT agent_text FROM (SELECT CAST("agent_text" AS varchar) AS "agent_text" FROM (VALUES ('python-requests/2.31'), ('Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)'), ('GPTBot/1.2 (it''s; a \ ''bot'')'), ('curl/8.5.0'), ('aws-sdk/1.0')) AS given("agent_text")) AS automata)))) AS hits GROUP BY client_ip;

WITH hits AS (SELECT client_ip, client_net, user_agent, session_id, time, query, bytes_sent, method, status,
    coalesce(path, key) AS file, coalesce(path, key) || CASE WHEN query IS NULL THEN '' ELSE '?' || query END AS url,
    regexp_like(coalesce(path, key), '(?i)\.(?:css|js|mjs|png|jpg|jpeg|gif|svg|ico|webp|avif|woff|woff2|ttf|eot|otf|map|mp4|webm)\z') AS asset, referrer IS NULL AS unreferred
  FROM requests WHERE client_ip IS NOT NULL AND coalesce(path, key) IS NOT NULL AND client_net IS NOT NULL AND TRUE AND (user_agent IS NULL OR NOT (user_agent IN (SELECT agent_text FROM (SELECT CAST("agent_text" AS varchar) AS "agent_text" FROM (VALUES ('python-requests/2.31'), ('Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)'), ('GPTBot/1.2 (it''s; a \ ''bot'')'), ('curl/8.5.0'), ('aws-sdk/1.0')) AS given("agent_text")) AS automata)))),
    members AS (SELECT client_net AS common, client_ip, count(*) AS requests,
      count(*) FILTER (WHERE NOT asset) AS pages FROM hits GROUP BY 1, 2),
    large AS (SELECT common, max(requests) AS largest FROM members GROUP BY common
      HAVING count(*) >= 5 AND sum(pages) >= 15)
    SELECT large.common AS common, max(large.largest) AS largest,
      count(DISTINCT client_ip) AS addresses, count(DISTINCT user_agent) AS user_agents,
      count(*) AS requests, CAST(coalesce(sum(bytes_sent), 0) AS BIGINT) AS bytes_sent, count(*) FILTER (WHERE asset) AS assets, count(*) FILTER (WHERE NOT asset) AS pages, count(*) FILTER (WHERE NOT asset AND unreferred) AS unreferred_pages, count(DISTINCT CASE WHEN NOT asset THEN url END) AS distinct_pages, count(*) FILTER (WHERE method = 'HEAD') AS heads, count(*) FILTER (WHERE status BETWEEN 400 AND 499) AS missing, count(*) FILTER (WHERE file = '/robots.txt') AS robots, count(*) FILTER (WHERE starts_with(file, '/sitemap')) AS sitemaps, count(*) FILTER (WHERE starts_with(file, '/favicon') OR starts_with(file, '/apple-touch-icon')) AS icons, min(time) AS first_seen, max(time) AS last_seen
    FROM hits JOIN large ON client_net = large.common
    GROUP BY large.common ORDER BY pages DESC, large.common LIMIT 2000;

WITH 
    hits AS (SELECT client_ip, client_net, user_agent, session_id, time, query, bytes_sent, method, status,
    coalesce(path, key) AS file, coalesce(path, key) || CASE WHEN query IS NULL THEN '' ELSE '?' || query END AS url,
    regexp_like(coalesce(path, key), '(?i)\.(?:css|js|mjs|png|jpg|jpeg|gif|svg|ico|webp|avif|woff|woff2|ttf|eot|otf|map|mp4|webm)\z') AS asset, referrer IS NULL AS unreferred
  FROM requests WHERE client_ip IS NOT NULL AND coalesce(path, key) IS NOT NULL AND TRUE AND (user_agent IS NULL OR NOT (user_agent IN (SELECT agent_text FROM (SELECT CAST("agent_text" AS varchar) AS "agent_text" FROM (VALUES ('python-requests/2.31'), ('Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)'), ('GPTBot/1.2 (it''s; a \ ''bot'')'), ('curl/8.5.0'), ('aws-sdk/1.0')) AS given("agent_text")) AS automata)))),
    scarce AS (SELECT client_ip, coalesce(user_agent, '') AS agent, count(*) AS requests
      FROM hits GROUP BY client_ip, coalesce(user_agent, '')
      HAVING count(*) < 5 AND count(*) FILTER (WHERE asset) = 0
        AND count(*) FILTER (WHERE NOT unreferred) = 0),
    pooled AS (SELECT hits.*, scarce.requests AS own FROM hits JOIN scarce
      ON hits.client_ip = scarce.client_ip AND coalesce(hits.user_agent, '') = scarce.agent)
    SELECT max(own) AS largest, count(DISTINCT client_ip) AS addresses,
      count(DISTINCT user_agent) AS user_agents, count(*) AS requests, CAST(coalesce(sum(bytes_sent), 0) AS BIGINT) AS bytes_sent, count(*) FILTER (WHERE asset) AS assets, count(*) FILTER (WHERE NOT asset) AS pages, count(*) FILTER (WHERE NOT asset AND unreferred) AS unreferred_pages, count(DISTINCT CASE WHEN NOT asset THEN url END) AS distinct_pages, count(*) FILTER (WHERE method = 'HEAD') AS heads, count(*) FILTER (WHERE status BETWEEN 400 AND 499) AS missing, count(*) FILTER (WHERE file = '/robots.txt') AS robots, count(*) FILTER (WHERE starts_with(file, '/sitemap')) AS sitemaps, count(*) FILTER (WHERE starts_with(file, '/favicon') OR starts_with(file, '/apple-touch-icon')) AS icons, min(time) AS first_seen, max(time) AS last_seen FROM pooled;

WITH 
    hits AS (SELECT client_ip, client_net, user_agent, session_id, time, query, bytes_sent, method, status,
    coalesce(path, key) AS file, coalesce(path, key) || CASE WHEN query IS NULL THEN '' ELSE '?' || query END AS url,
    regexp_like(coalesce(path, key), '(?i)\.(?:css|js|mjs|png|jpg|jpeg|gif|svg|ico|webp|avif|woff|woff2|ttf|eot|otf|map|mp4|webm)\z') AS asset, referrer IS NULL AS unreferred
  FROM requests WHERE client_ip IS NOT NULL AND coalesce(path, key) IS NOT NULL AND TRUE AND (user_agent IS NULL OR NOT (user_agent IN (SELECT agent_text FROM (SELECT CAST("agent_text" AS varchar) AS "agent_text" FROM (VALUES ('python-requests/2.31'), ('Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)'), ('GPTBot/1.2 (it''s; a \ ''bot'')'), ('curl/8.5.0'), ('aws-sdk/1.0')) AS given("agent_text")) AS automata)))),
    scarce AS (SELECT client_ip, coalesce(user_agent, '') AS agent, count(*) AS requests
      FROM hits GROUP BY client_ip, coalesce(user_agent, '')
      HAVING count(*) < 5 AND count(*) FILTER (WHERE asset) = 0
        AND count(*) FILTER (WHERE NOT unreferred) = 0),
    pages AS (SELECT url, count(*) AS times FROM hits JOIN scarce
      ON hits.client_ip = scarce.client_ip AND coalesce(hits.user_agent, '') = scarce.agent
      GROUP BY url)
    SELECT times, count(*) AS pages FROM pages GROUP BY 1 ORDER BY 1;

WITH hits AS (SELECT client_ip, client_net, user_agent, session_id, time, query, bytes_sent, method, status,
    coalesce(path, key) AS file, coalesce(path, key) || CASE WHEN query IS NULL THEN '' ELSE '?' || query END AS url,
    regexp_like(coalesce(path, key), '(?i)\.(?:css|js|mjs|png|jpg|jpeg|gif|svg|ico|webp|avif|woff|woff2|ttf|eot|otf|map|mp4|webm)\z') AS asset, referrer IS NULL AS unreferred
  FROM requests WHERE client_ip IS NOT NULL AND coalesce(path, key) IS NOT NULL AND user_agent IS NOT NULL AND TRUE AND (user_agent IS NULL OR NOT (user_agent IN (SELECT agent_text FROM (SELECT CAST("agent_text" AS varchar) AS "agent_text" FROM (VALUES ('python-requests/2.31'), ('Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)'), ('GPTBot/1.2 (it''s; a \ ''bot'')'), ('curl/8.5.0'), ('aws-sdk/1.0')) AS given("agent_text")) AS automata)))),
    members AS (SELECT user_agent AS common, client_ip, count(*) AS requests,
      count(*) FILTER (WHERE NOT asset) AS pages FROM hits GROUP BY 1, 2),
    large AS (SELECT common, max(requests) AS largest FROM members GROUP BY common
      HAVING count(*) >= 5 AND sum(pages) >= 15)
    SELECT large.common AS common, max(large.largest) AS largest,
      count(DISTINCT client_ip) AS addresses, count(DISTINCT user_agent) AS user_agents,
      count(*) AS requests, CAST(coalesce(sum(bytes_sent), 0) AS BIGINT) AS bytes_sent, count(*) FILTER (WHERE asset) AS assets, count(*) FILTER (WHERE NOT asset) AS pages, count(*) FILTER (WHERE NOT asset AND unreferred) AS unreferred_pages, count(DISTINCT CASE WHEN NOT asset THEN url END) AS distinct_pages, count(*) FILTER (WHERE method = 'HEAD') AS heads, count(*) FILTER (WHERE status BETWEEN 400 AND 499) AS missing, count(*) FILTER (WHERE file = '/robots.txt') AS robots, count(*) FILTER (WHERE starts_with(file, '/sitemap')) AS sitemaps, count(*) FILTER (WHERE starts_with(file, '/favicon') OR starts_with(file, '/apple-touch-icon')) AS icons, min(time) AS first_seen, max(time) AS last_seen
    FROM hits JOIN large ON user_agent = large.common
    GROUP BY large.common ORDER BY pages DESC, large.common LIMIT 2000;

WITH hits AS (SELECT client_ip, client_net, user_agent, session_id, time, query, bytes_sent, method, status,
    coalesce(path, key) AS file, coalesce(path, key) || CASE WHEN query IS NULL THEN '' ELSE '?' || query END AS url,
    regexp_like(coalesce(path, key), '(?i)\.(?:css|js|mjs|png|jpg|jpeg|gif|svg|ico|webp|avif|woff|woff2|ttf|eot|otf|map|mp4|webm)\z') AS asset, referrer IS NULL AS unreferred
  FROM requests WHERE client_ip IS NOT NULL AND coalesce(path, key) IS NOT NULL AND session_id IS NOT NULL AND TRUE AND (user_agent IS NULL OR NOT (user_agent IN (SELECT agent_text FROM (SELECT CAST("agent_text" AS varchar) AS "agent_text" FROM (VALUES ('python-requests/2.31'), ('Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)'), ('GPTBot/1.2 (it''s; a \ ''bot'')'), ('curl/8.5.0'), ('aws-sdk/1.0')) AS given("agent_text")) AS automata)))),
    members AS (SELECT session_id AS common, client_ip, count(*) AS requests,
      count(*) FILTER (WHERE NOT asset) AS pages FROM hits GROUP BY 1, 2),
    large AS (SELECT common, max(requests) AS largest FROM members GROUP BY common
      HAVING count(*) >= 2 AND sum(pages) >= 15)
    SELECT large.common AS common, max(large.largest) AS largest,
      count(DISTINCT client_ip) AS addresses, count(DISTINCT user_agent) AS user_agents,
      count(*) AS requests, CAST(coalesce(sum(bytes_sent), 0) AS BIGINT) AS bytes_sent, count(*) FILTER (WHERE asset) AS assets, count(*) FILTER (WHERE NOT asset) AS pages, count(*) FILTER (WHERE NOT asset AND unreferred) AS unreferred_pages, count(DISTINCT CASE WHEN NOT asset THEN url END) AS distinct_pages, count(*) FILTER (WHERE method = 'HEAD') AS heads, count(*) FILTER (WHERE status BETWEEN 400 AND 499) AS missing, count(*) FILTER (WHERE file = '/robots.txt') AS robots, count(*) FILTER (WHERE starts_with(file, '/sitemap')) AS sitemaps, count(*) FILTER (WHERE starts_with(file, '/favicon') OR starts_with(file, '/apple-touch-icon')) AS icons, min(time) AS first_seen, max(time) AS last_seen
    FROM hits JOIN large ON session_id = large.common
    GROUP BY large.common ORDER BY pages DESC, large.common LIMIT 2000;

WITH hits AS (SELECT client_ip, client_net, user_agent, session_id, time, query, bytes_sent, method, status,
    coalesce(path, key) AS file, coalesce(path, key) || CASE WHEN query IS NULL THEN '' ELSE '?' || query END AS url,
    regexp_like(coalesce(path, key), '(?i)\.(?:css|js|mjs|png|jpg|jpeg|gif|svg|ico|webp|avif|woff|woff2|ttf|eot|otf|map|mp4|webm)\z') AS asset, referrer IS NULL AS unreferred
  FROM requests WHERE client_ip IS NOT NULL AND coalesce(path, key) IS NOT NULL AND TRUE AND (user_agent IS NULL OR NOT (user_agent IN (SELECT agent_text FROM (SELECT CAST("agent_text" AS varchar) AS "agent_text" FROM (VALUES ('python-requests/2.31'), ('Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)'), ('GPTBot/1.2 (it''s; a \ ''bot'')'), ('curl/8.5.0'), ('aws-sdk/1.0')) AS given("agent_text")) AS automata)))),
    searches AS (SELECT DISTINCT lower(nullif(regexp_extract(query, '(?i)(?:^|&)(?:q|s|query|search|keywords?|term|text)=([^&]+)', 1), '')) AS common, client_ip, coalesce(user_agent, '') AS agent
      FROM hits WHERE query IS NOT NULL),
    frequent AS (SELECT common FROM searches WHERE common IS NOT NULL GROUP BY common
      HAVING count(DISTINCT client_ip) >= 5
      ORDER BY count(DISTINCT client_ip) DESC, common LIMIT 2000),
    members AS (SELECT common, client_ip, agent FROM searches
      WHERE common IN (SELECT common FROM frequent)),
    totals AS (SELECT client_ip, coalesce(user_agent, '') AS agent, count(*) AS requests, CAST(coalesce(sum(bytes_sent), 0) AS BIGINT) AS bytes_sent, count(*) FILTER (WHERE asset) AS assets, count(*) FILTER (WHERE NOT asset) AS pages, count(*) FILTER (WHERE NOT asset AND unreferred) AS unreferred_pages, count(DISTINCT CASE WHEN NOT asset THEN url END) AS distinct_pages, count(*) FILTER (WHERE method = 'HEAD') AS heads, count(*) FILTER (WHERE status BETWEEN 400 AND 499) AS missing, count(*) FILTER (WHERE file = '/robots.txt') AS robots, count(*) FILTER (WHERE starts_with(file, '/sitemap')) AS sitemaps, count(*) FILTER (WHERE starts_with(file, '/favicon') OR starts_with(file, '/apple-touch-icon')) AS icons, min(time) AS first_seen, max(time) AS last_seen
      FROM hits WHERE client_ip IN (SELECT client_ip FROM members)
      GROUP BY client_ip, coalesce(user_agent, ''))
    SELECT common, count(DISTINCT members.client_ip) AS addresses,
      count(DISTINCT members.agent) AS user_agents, max(requests) AS largest,
      CAST(sum(requests) AS BIGINT) AS sum_requests, CAST(sum(assets) AS BIGINT) AS sum_assets, CAST(sum(pages) AS BIGINT) AS sum_pages, CAST(sum(unreferred_pages) AS BIGINT) AS sum_unreferred_pages, CAST(sum(bytes_sent) AS BIGINT) AS sum_bytes_sent, CAST(sum(missing) AS BIGINT) AS sum_missing,
      min(first_seen) AS first_time, max(last_seen) AS last_time
    FROM members JOIN totals ON members.client_ip = totals.client_ip AND members.agent = totals.agent
    GROUP BY common ORDER BY common;
