SELECT ip_key, agent_key, any_client_ip AS client_ip, any_user_agent AS user_agent,
      any_client_net AS client_net, requests, bytes_sent, assets, pages, unreferred_pages,
      heads, missing, robots, sitemaps, icons, first_seen, last_seen, hours, named
    FROM (SELECT ip_key, agent_key, any_value(client_ip) AS any_client_ip, any_value(user_agent) AS any_user_agent, any_value(client_net) AS any_client_net, count(*) AS requests, CAST(coalesce(sum(bytes_sent), 0) AS BIGINT) AS bytes_sent, count(*) FILTER (WHERE asset) AS assets, count(*) FILTER (WHERE NOT asset) AS pages, count(*) FILTER (WHERE NOT asset AND unreferred) AS unreferred_pages, count(*) FILTER (WHERE method = 'HEAD') AS heads, count(*) FILTER (WHERE status BETWEEN 400 AND 499) AS missing, count(*) FILTER (WHERE file = '/robots.txt') AS robots, count(*) FILTER (WHERE starts_with(file, '/sitemap')) AS sitemaps, count(*) FILTER (WHERE starts_with(file, '/favicon') OR starts_with(file, '/apple-touch-icon')) AS icons, min(time) AS first_seen, max(time) AS last_seen,
        coalesce(bit_count(bit_or(CAST(1 AS BIGINT) << (((((epoch_us(time) // 1000000) + 3600) // 3600) % 24)))), 0) AS hours, count(session_id) AS named
      FROM (SELECT client_ip, client_net, user_agent, session_id, time, query, bytes_sent, method, status,
    coalesce(path, key) AS file, coalesce(path, key) || CASE WHEN query IS NULL THEN '' ELSE '?' || query END AS url, regexp_matches(coalesce(path, key), '(?i)\.(?:css|js|mjs|png|jpg|jpeg|gif|svg|ico|webp|avif|woff|woff2|ttf|eot|otf|map|mp4|webm)$') AS asset, referrer IS NULL AS unreferred,
    hash(client_ip) AS ip_key,
    hash(coalesce(user_agent, '')) AS agent_key,
    hash(coalesce(path, key) || CASE WHEN query IS NULL THEN '' ELSE '?' || query END) AS page_key
  FROM requests WHERE client_ip IS NOT NULL AND coalesce(path, key) IS NOT NULL AND TRUE) AS hits GROUP BY ip_key, agent_key) AS counted;

SELECT ip_key, agent_key, page_key, count(*) AS times,
      coalesce(bool_or(status BETWEEN 200 AND 399), FALSE) AS good
    FROM (SELECT client_ip, client_net, user_agent, session_id, time, query, bytes_sent, method, status,
    coalesce(path, key) AS file, coalesce(path, key) || CASE WHEN query IS NULL THEN '' ELSE '?' || query END AS url, regexp_matches(coalesce(path, key), '(?i)\.(?:css|js|mjs|png|jpg|jpeg|gif|svg|ico|webp|avif|woff|woff2|ttf|eot|otf|map|mp4|webm)$') AS asset, referrer IS NULL AS unreferred,
    hash(client_ip) AS ip_key,
    hash(coalesce(user_agent, '')) AS agent_key,
    hash(coalesce(path, key) || CASE WHEN query IS NULL THEN '' ELSE '?' || query END) AS page_key
  FROM requests WHERE client_ip IS NOT NULL AND coalesce(path, key) IS NOT NULL AND TRUE) AS hits WHERE NOT asset GROUP BY ip_key, agent_key, page_key;

SELECT page_key, count(*) AS readers,
      CAST(sum(CASE WHEN browses THEN times ELSE 0 END) AS BIGINT) AS level,
      coalesce(bool_or(good), FALSE) AS good
    FROM kept_2 AS asked
    JOIN (SELECT ip_key AS own_ip, agent_key AS own_agent, assets >= pages AS browses
      FROM kept_1 AS clients) AS owners ON ip_key = own_ip AND agent_key = own_agent
    GROUP BY page_key;

SELECT user_agent, CAST(sum(requests) AS BIGINT), CAST(sum(assets) AS BIGINT), CAST(sum(unreferred_pages) AS BIGINT), CAST(sum(named) AS BIGINT)
    FROM kept_1 AS clients GROUP BY user_agent;

SELECT level, count(*) AS many, count(*) FILTER (WHERE good) AS known
    FROM kept_3 AS pages GROUP BY level ORDER BY level;

SELECT * FROM (SELECT clients.*, coalesce(own_pages, 0) AS distinct_pages, coalesce(own_rare, 0) AS rare
    FROM kept_1 AS clients
    LEFT JOIN (
      SELECT ip_key AS own_ip, agent_key AS own_agent, count(*) AS own_pages,
        CAST(sum(CASE WHEN readers <= 3 THEN times ELSE 0 END) AS BIGINT) AS own_rare
      FROM kept_2 AS asked
      JOIN (SELECT page_key AS read_page, readers FROM kept_3 AS pages) AS read
        ON page_key = read_page
      GROUP BY ip_key, agent_key) AS own ON ip_key = own_ip AND agent_key = own_agent) AS judged WHERE requests >= 5
    ORDER BY pages DESC, requests DESC, client_ip, user_agent LIMIT 50000;

SELECT count(*) AS clients, count(*) FILTER (WHERE requests < 5) AS few_clients,
      coalesce(sum(requests) FILTER (WHERE requests < 5), 0) AS few_requests
    FROM kept_1 AS counted;

WITH minutes AS (
      SELECT ip_key, agent_key, ((epoch_us(time) // 1000000) // 60) AS minute_at, count(*) AS n FROM (SELECT client_ip, client_net, user_agent, session_id, time, query, bytes_sent, method, status,
    coalesce(path, key) AS file, coalesce(path, key) || CASE WHEN query IS NULL THEN '' ELSE '?' || query END AS url, regexp_matches(coalesce(path, key), '(?i)\.(?:css|js|mjs|png|jpg|jpeg|gif|svg|ico|webp|avif|woff|woff2|ttf|eot|otf|map|mp4|webm)$') AS asset, referrer IS NULL AS unreferred,
    hash(client_ip) AS ip_key,
    hash(coalesce(user_agent, '')) AS agent_key,
    hash(coalesce(path, key) || CASE WHEN query IS NULL THEN '' ELSE '?' || query END) AS page_key
  FROM requests WHERE client_ip IS NOT NULL AND coalesce(path, key) IS NOT NULL AND client_ip IN ('203.0.113.7', '198.51.2.34', '198.51.2.46', '198.51.0.48', '2001:db8:1::1', '198.51.2.18', '198.51.0.12', '198.51.0.28', '198.51.1.45', '198.51.2.14', '198.51.0.56', '198.51.2.50', '198.51.3.35', '198.51.3.51', '198.51.3.27', '198.51.2.30', '198.51.2.54', '2001:db8::', '198.51.1.29', '198.51.3.43', '2001:db8:1::7', '198.51.0.40', '198.51.0.44', '198.51.2.10', '198.51.2.38', '198.51.0.52', '198.51.1.37', '198.51.0.16', '198.51.0.36', '198.51.1.17', '198.51.1.25', '198.51.2.22', '198.51.2.26', '198.51.2.58', '2001:db8::6', '198.51.0.32', '198.51.1.33', '198.51.1.41', '198.51.2.42', '198.51.3.15', '2001:db8::3', '198.51.1.21', '198.51.3.19', '198.51.3.39', '198.51.1.53', '198.51.1.9', '2001:db8:2::5', '198.51.1.49', '198.51.3.11', '198.51.3.47', '198.51.1.13', '198.51.0.20', '198.51.1.57', '198.51.3.59', '198.51.3.23', '2001:db8:1::4', '198.51.3.31', '198.51.0.8', '198.51.3.55')) AS hits WHERE NOT asset GROUP BY 1, 2, 3),
    reached AS (
      SELECT ip_key, agent_key, minute_at, sum(n) OVER
        (PARTITION BY ip_key, agent_key ORDER BY minute_at ROWS UNBOUNDED PRECEDING) - n AS earlier FROM minutes),
    ends AS (
      SELECT ip_key AS own_ip, agent_key AS own_agent, max(minute_at) AS last_minute FROM reached
      WHERE earlier < 1000 GROUP BY 1, 2)
    SELECT client_ip, user_agent, (epoch_us(time) // 1000000) AS seconds, url
    FROM (SELECT client_ip, client_net, user_agent, session_id, time, query, bytes_sent, method, status,
    coalesce(path, key) AS file, coalesce(path, key) || CASE WHEN query IS NULL THEN '' ELSE '?' || query END AS url, regexp_matches(coalesce(path, key), '(?i)\.(?:css|js|mjs|png|jpg|jpeg|gif|svg|ico|webp|avif|woff|woff2|ttf|eot|otf|map|mp4|webm)$') AS asset, referrer IS NULL AS unreferred,
    hash(client_ip) AS ip_key,
    hash(coalesce(user_agent, '')) AS agent_key,
    hash(coalesce(path, key) || CASE WHEN query IS NULL THEN '' ELSE '?' || query END) AS page_key
  FROM requests WHERE client_ip IS NOT NULL AND coalesce(path, key) IS NOT NULL AND client_ip IN ('203.0.113.7', '198.51.2.34', '198.51.2.46', '198.51.0.48', '2001:db8:1::1', '198.51.2.18', '198.51.0.12', '198.51.0.28', '198.51.1.45', '198.51.2.14', '198.51.0.56', '198.51.2.50', '198.51.3.35', '198.51.3.51', '198.51.3.27', '198.51.2.30', '198.51.2.54', '2001:db8::', '198.51.1.29', '198.51.3.43', '2001:db8:1::7', '198.51.0.40', '198.51.0.44', '198.51.2.10', '198.51.2.38', '198.51.0.52', '198.51.1.37', '198.51.0.16', '198.51.0.36', '198.51.1.17', '198.51.1.25', '198.51.2.22', '198.51.2.26', '198.51.2.58', '2001:db8::6', '198.51.0.32', '198.51.1.33', '198.51.1.41', '198.51.2.42', '198.51.3.15', '2001:db8::3', '198.51.1.21', '198.51.3.19', '198.51.3.39', '198.51.1.53', '198.51.1.9', '2001:db8:2::5', '198.51.1.49', '198.51.3.11', '198.51.3.47', '198.51.1.13', '198.51.0.20', '198.51.1.57', '198.51.3.59', '198.51.3.23', '2001:db8:1::4', '198.51.3.31', '198.51.0.8', '198.51.3.55')) AS hits JOIN ends ON ip_key = own_ip AND agent_key = own_agent
    WHERE NOT asset AND ((epoch_us(time) // 1000000) // 60) <= last_minute;

WITH many AS MATERIALIZED (SELECT common AS many_ip, count(*) AS many_agents,
        count(*) FILTER (WHERE requests >= 3) AS judged,
        count(*) FILTER (WHERE requests >= 3 AND assets >= 0.4 * requests)
          AS browsers, CAST(sum(requests) AS BIGINT) AS sum_requests, CAST(sum(bytes_sent) AS BIGINT) AS sum_bytes_sent, CAST(sum(assets) AS BIGINT) AS sum_assets, CAST(sum(pages) AS BIGINT) AS sum_pages, CAST(sum(unreferred_pages) AS BIGINT) AS sum_unreferred_pages, CAST(sum(heads) AS BIGINT) AS sum_heads, CAST(sum(missing) AS BIGINT) AS sum_missing, CAST(sum(robots) AS BIGINT) AS sum_robots, CAST(sum(sitemaps) AS BIGINT) AS sum_sitemaps, CAST(sum(icons) AS BIGINT) AS sum_icons, min(first_seen) AS first_time, max(last_seen) AS last_time
      FROM (SELECT *, client_ip AS common FROM kept_1 AS clients
    WHERE (user_agent IS NULL OR NOT (user_agent IN (SELECT agent_text FROM (VALUES ('python-requests/2.31'), ('Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)'), ('GPTBot/1.2 (it''s; a \ ''bot'')'), ('curl/8.5.0'), ('aws-sdk/1.0')) AS automata("agent_text"))))) AS own GROUP BY common HAVING count(*) >= 3
      ORDER BY sum(requests) DESC, common LIMIT 2000),
    read AS (SELECT common, count(*) AS distinct_pages FROM (
      SELECT DISTINCT common, page_key FROM kept_2 AS asked
      JOIN (SELECT ip_key AS own_ip, agent_key AS own_agent, common FROM (SELECT *, client_ip AS common FROM kept_1 AS clients
    WHERE (user_agent IS NULL OR NOT (user_agent IN (SELECT agent_text FROM (VALUES ('python-requests/2.31'), ('Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)'), ('GPTBot/1.2 (it''s; a \ ''bot'')'), ('curl/8.5.0'), ('aws-sdk/1.0')) AS automata("agent_text"))))) AS own WHERE common IN (SELECT many_ip FROM many)) AS own
        ON ip_key = own_ip AND agent_key = own_agent) AS read
    GROUP BY common)
    SELECT many.*, read.distinct_pages AS distinct_pages FROM many LEFT JOIN read ON many_ip = common
    ORDER BY sum_requests DESC, many_ip;

WITH members AS (
      SELECT client_net AS common, client_ip, sum(requests) AS requests, sum(pages) AS pages
      FROM (SELECT * FROM kept_1 AS clients WHERE client_net IS NOT NULL AND TRUE AND (user_agent IS NULL OR NOT (user_agent IN (SELECT agent_text FROM (VALUES ('python-requests/2.31'), ('Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)'), ('GPTBot/1.2 (it''s; a \ ''bot'')'), ('curl/8.5.0'), ('aws-sdk/1.0')) AS automata("agent_text"))))) AS own GROUP BY client_net, client_ip),
    large AS MATERIALIZED (SELECT common AS large_common, max(requests) AS largest, count(*) AS addresses FROM members
      GROUP BY common HAVING count(*) >= 5 AND sum(pages) >= 15 AND max(requests) <= 0.5 * sum(requests)
      ORDER BY sum(pages) DESC, common LIMIT 2000),
    totals AS (
      SELECT client_net AS total_common, count(DISTINCT user_agent) AS user_agents, CAST(sum(requests) AS BIGINT) AS sum_requests, CAST(sum(bytes_sent) AS BIGINT) AS sum_bytes_sent, CAST(sum(assets) AS BIGINT) AS sum_assets, CAST(sum(pages) AS BIGINT) AS sum_pages, CAST(sum(unreferred_pages) AS BIGINT) AS sum_unreferred_pages, CAST(sum(heads) AS BIGINT) AS sum_heads, CAST(sum(missing) AS BIGINT) AS sum_missing, CAST(sum(robots) AS BIGINT) AS sum_robots, CAST(sum(sitemaps) AS BIGINT) AS sum_sitemaps, CAST(sum(icons) AS BIGINT) AS sum_icons, min(first_seen) AS first_time, max(last_seen) AS last_time
      FROM (SELECT * FROM kept_1 AS clients WHERE client_net IS NOT NULL AND TRUE AND (user_agent IS NULL OR NOT (user_agent IN (SELECT agent_text FROM (VALUES ('python-requests/2.31'), ('Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)'), ('GPTBot/1.2 (it''s; a \ ''bot'')'), ('curl/8.5.0'), ('aws-sdk/1.0')) AS automata("agent_text"))))) AS own WHERE client_net IN (SELECT large_common FROM large) GROUP BY client_net),
    read AS (SELECT common, count(*) AS distinct_pages FROM (
      SELECT DISTINCT common, page_key FROM kept_2 AS asked
      JOIN (SELECT ip_key AS own_ip, agent_key AS own_agent, common FROM (SELECT ip_key, agent_key, client_net AS common FROM (SELECT * FROM kept_1 AS clients WHERE client_net IS NOT NULL AND TRUE AND (user_agent IS NULL OR NOT (user_agent IN (SELECT agent_text FROM (VALUES ('python-requests/2.31'), ('Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)'), ('GPTBot/1.2 (it''s; a \ ''bot'')'), ('curl/8.5.0'), ('aws-sdk/1.0')) AS automata("agent_text"))))) AS own
        WHERE client_net IN (SELECT large_common FROM large)) AS theirs) AS own
        ON ip_key = own_ip AND agent_key = own_agent) AS read
    GROUP BY common)
    SELECT large.*, totals.*, read.distinct_pages AS distinct_pages FROM large
    JOIN totals ON large_common = total_common LEFT JOIN read ON large_common = common
    ORDER BY sum_pages DESC, large_common;

SELECT max(requests) AS largest, count(DISTINCT ip_key) AS addresses,
      count(DISTINCT user_agent) AS user_agents, CAST(sum(requests) AS BIGINT) AS sum_requests, CAST(sum(bytes_sent) AS BIGINT) AS sum_bytes_sent, CAST(sum(assets) AS BIGINT) AS sum_assets, CAST(sum(pages) AS BIGINT) AS sum_pages, CAST(sum(unreferred_pages) AS BIGINT) AS sum_unreferred_pages, CAST(sum(heads) AS BIGINT) AS sum_heads, CAST(sum(missing) AS BIGINT) AS sum_missing, CAST(sum(robots) AS BIGINT) AS sum_robots, CAST(sum(sitemaps) AS BIGINT) AS sum_sitemaps, CAST(sum(icons) AS BIGINT) AS sum_icons, min(first_seen) AS first_time, max(last_seen) AS last_time FROM (SELECT * FROM kept_1 AS clients WHERE requests < 5 AND assets = 0 AND unreferred_pages = requests AND TRUE AND (user_agent IS NULL OR NOT (user_agent IN (SELECT agent_text FROM (VALUES ('python-requests/2.31'), ('Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)'), ('GPTBot/1.2 (it''s; a \ ''bot'')'), ('curl/8.5.0'), ('aws-sdk/1.0')) AS automata("agent_text"))))) AS own;

WITH pages AS (
      SELECT page_key, CAST(sum(times) AS BIGINT) AS level FROM kept_2 AS asked
      JOIN (SELECT ip_key AS own_ip, agent_key AS own_agent FROM (SELECT * FROM kept_1 AS clients WHERE requests < 5 AND assets = 0 AND unreferred_pages = requests AND TRUE AND (user_agent IS NULL OR NOT (user_agent IN (SELECT agent_text FROM (VALUES ('python-requests/2.31'), ('Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)'), ('GPTBot/1.2 (it''s; a \ ''bot'')'), ('curl/8.5.0'), ('aws-sdk/1.0')) AS automata("agent_text"))))) AS own) AS theirs
        ON ip_key = own_ip AND agent_key = own_agent GROUP BY page_key)
    SELECT level, count(*) AS many FROM pages GROUP BY level ORDER BY level;

WITH members AS (
      SELECT user_agent AS common, client_ip, sum(requests) AS requests, sum(pages) AS pages
      FROM (SELECT * FROM kept_1 AS clients WHERE user_agent IS NOT NULL AND TRUE AND (user_agent IS NULL OR NOT (user_agent IN (SELECT agent_text FROM (VALUES ('python-requests/2.31'), ('Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)'), ('GPTBot/1.2 (it''s; a \ ''bot'')'), ('curl/8.5.0'), ('aws-sdk/1.0')) AS automata("agent_text"))))) AS own GROUP BY user_agent, client_ip),
    large AS MATERIALIZED (SELECT common AS large_common, max(requests) AS largest, count(*) AS addresses FROM members
      GROUP BY common HAVING count(*) >= 5 AND sum(pages) >= 15 AND max(requests) <= 0.5 * sum(requests)
      ORDER BY sum(pages) DESC, common LIMIT 2000),
    totals AS (
      SELECT user_agent AS total_common, count(DISTINCT user_agent) AS user_agents, CAST(sum(requests) AS BIGINT) AS sum_requests, CAST(sum(bytes_sent) AS BIGINT) AS sum_bytes_sent, CAST(sum(assets) AS BIGINT) AS sum_assets, CAST(sum(pages) AS BIGINT) AS sum_pages, CAST(sum(unreferred_pages) AS BIGINT) AS sum_unreferred_pages, CAST(sum(heads) AS BIGINT) AS sum_heads, CAST(sum(missing) AS BIGINT) AS sum_missing, CAST(sum(robots) AS BIGINT) AS sum_robots, CAST(sum(sitemaps) AS BIGINT) AS sum_sitemaps, CAST(sum(icons) AS BIGINT) AS sum_icons, min(first_seen) AS first_time, max(last_seen) AS last_time
      FROM (SELECT * FROM kept_1 AS clients WHERE user_agent IS NOT NULL AND TRUE AND (user_agent IS NULL OR NOT (user_agent IN (SELECT agent_text FROM (VALUES ('python-requests/2.31'), ('Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)'), ('GPTBot/1.2 (it''s; a \ ''bot'')'), ('curl/8.5.0'), ('aws-sdk/1.0')) AS automata("agent_text"))))) AS own WHERE user_agent IN (SELECT large_common FROM large) GROUP BY user_agent),
    read AS (SELECT common, count(*) AS distinct_pages FROM (
      SELECT DISTINCT common, page_key FROM kept_2 AS asked
      JOIN (SELECT ip_key AS own_ip, agent_key AS own_agent, common FROM (SELECT ip_key, agent_key, user_agent AS common FROM (SELECT * FROM kept_1 AS clients WHERE user_agent IS NOT NULL AND TRUE AND (user_agent IS NULL OR NOT (user_agent IN (SELECT agent_text FROM (VALUES ('python-requests/2.31'), ('Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)'), ('GPTBot/1.2 (it''s; a \ ''bot'')'), ('curl/8.5.0'), ('aws-sdk/1.0')) AS automata("agent_text"))))) AS own
        WHERE user_agent IN (SELECT large_common FROM large)) AS theirs) AS own
        ON ip_key = own_ip AND agent_key = own_agent) AS read
    GROUP BY common)
    SELECT large.*, totals.*, read.distinct_pages AS distinct_pages FROM large
    JOIN totals ON large_common = total_common LEFT JOIN read ON large_common = common
    ORDER BY sum_pages DESC, large_common;

WITH searches AS MATERIALIZED (SELECT common, ip_key, agent_key
      FROM (SELECT lower(nullif(regexp_extract(query, '(?i)(?:^|&)(?:q|s|query|search|keywords?|term|text)=([^&]+)', 1), '')) AS common, ip_key, agent_key
        FROM (SELECT client_ip, client_net, user_agent, session_id, time, query, bytes_sent, method, status,
    coalesce(path, key) AS file, coalesce(path, key) || CASE WHEN query IS NULL THEN '' ELSE '?' || query END AS url, regexp_matches(coalesce(path, key), '(?i)\.(?:css|js|mjs|png|jpg|jpeg|gif|svg|ico|webp|avif|woff|woff2|ttf|eot|otf|map|mp4|webm)$') AS asset, referrer IS NULL AS unreferred,
    hash(client_ip) AS ip_key,
    hash(coalesce(user_agent, '')) AS agent_key,
    hash(coalesce(path, key) || CASE WHEN query IS NULL THEN '' ELSE '?' || query END) AS page_key
  FROM requests WHERE client_ip IS NOT NULL AND coalesce(path, key) IS NOT NULL AND query IS NOT NULL) AS hits) AS asked
      JOIN (SELECT ip_key AS own_ip, agent_key AS own_agent
        FROM (SELECT * FROM kept_1 AS clients WHERE TRUE AND (user_agent IS NULL OR NOT (user_agent IN (SELECT agent_text FROM (VALUES ('python-requests/2.31'), ('Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)'), ('GPTBot/1.2 (it''s; a \ ''bot'')'), ('curl/8.5.0'), ('aws-sdk/1.0')) AS automata("agent_text"))))) AS own) AS theirs
        ON ip_key = own_ip AND agent_key = own_agent
      WHERE common IS NOT NULL GROUP BY common, ip_key, agent_key),
    frequent AS (SELECT common FROM searches GROUP BY common
      HAVING count(DISTINCT ip_key) >= 5
      ORDER BY count(DISTINCT ip_key) DESC, common LIMIT 2000),
    members AS (SELECT common, ip_key AS member_ip, agent_key AS member_agent FROM searches
      WHERE common IN (SELECT common FROM frequent))
    SELECT common, count(DISTINCT ip_key) AS addresses, count(DISTINCT agent_key) AS user_agents,
      max(requests) AS largest, CAST(sum(requests) AS BIGINT) AS sum_requests, CAST(sum(bytes_sent) AS BIGINT) AS sum_bytes_sent, CAST(sum(assets) AS BIGINT) AS sum_assets, CAST(sum(pages) AS BIGINT) AS sum_pages, CAST(sum(unreferred_pages) AS BIGINT) AS sum_unreferred_pages, CAST(sum(heads) AS BIGINT) AS sum_heads, CAST(sum(missing) AS BIGINT) AS sum_missing, CAST(sum(robots) AS BIGINT) AS sum_robots, CAST(sum(sitemaps) AS BIGINT) AS sum_sitemaps, CAST(sum(icons) AS BIGINT) AS sum_icons, min(first_seen) AS first_time, max(last_seen) AS last_time
    FROM members JOIN kept_1 AS clients
      ON member_ip = ip_key AND member_agent = agent_key
    GROUP BY common ORDER BY common;
