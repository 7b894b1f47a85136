SELECT user_agent, count(*) AS requests,
    CAST(coalesce(sum(bytes_sent), 0) AS BIGINT) AS bytes_sent FROM requests GROUP BY 1;

SELECT bot_name, count(DISTINCT client_ip) AS addresses
      FROM (SELECT user_agent, client_ip FROM requests) AS asked
      JOIN (VALUES ('python-requests/2.31', 'python-requests'), ('Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)', 'Googlebot'), ('GPTBot/1.2 (it''s; a \ ''bot'')', 'GPTBot')) AS agents("agent_text", "bot_name") ON asked.user_agent = agents.agent_text GROUP BY bot_name;
