import { DAY, DOMAIN, type Hour } from "./incident.js";

const PARTITION = `AND date_day = '${DAY}'  -- partition key, mandatory filter to reduce quantity of scanned data and thus reduce costs`;

const next = (hour: Hour): string => String(Number(hour) + 1).padStart(2, "0");

const during = (hour: Hour): string => `FROM access_logs_nlb
WHERE tls_connection_creation_time > '2024-10-05T${hour}:00:00'
AND tls_connection_creation_time < '2024-10-05T${next(hour)}:00:00'
${PARTITION}`;

const numbered = (hour: Hour, more = ""): string => `(
SELECT row_number()over() as num_lign, time, client_ip, target_ip, target_port, tcp_connection_time_ms, tls_handshake_time_ms, received_bytes, sent_bytes, tls_protocol_version, domain_name, tls_connection_creation_time 
${during(hour)}
${more}-- LIMIT 10
)`;

const on443 = "AND target_port = 443\n";
const ofDomain = `AND domain_name = '${DOMAIN}'\n`;

const mostActive = (hour: Hour, more: string): string => `
SELECT  client_ip , COUNT(num_lign) as connections_from_this_client_ip
FROM ${numbered(hour, more)}
GROUP BY client_ip
order by connections_from_this_client_ip desc
limit 30
`;

/** The queries of a notebook that looks for the cause of an incident, as they stand in it. */
export const notebook = {
  test: () => `select 1 `,
  view: (hour: Hour) => `
SELECT *
${during(hour)}
`,
  connections: (hour: Hour) => `
SELECT COUNT(num_lign) as nb_of_requests
FROM ${numbered(hour)}
`,
  clients: (hour: Hour) => `
 SELECT COUNT(distinct client_ip ) as nb_of_client_ip
FROM ${numbered(hour)}
`,
  ports: (hour: Hour) => `
SELECT  target_port , COUNT(num_lign) as connections_on_this_port
FROM ${numbered(hour)}
GROUP BY target_port
`,
  domains: (hour: Hour) => `
SELECT  domain_name , COUNT(num_lign) as connections_on_this_domain_name
FROM ${numbered(hour, on443)}
GROUP BY domain_name
`,
  mostActive: (hour: Hour) => mostActive(hour, on443 + ofDomain),
  /** The notebook orders by a name that does not exist; with `_port443` behind it, it does. */
  durations: (hour: Hour, order = "avg_tcp_connec_time_ms") => `
SELECT client_ip, round(avg(tcp_connection_time_ms)) as avg_tcp_connec_time_ms_port443
${during(hour).replace("access_logs_nlb", "access_logs_nlb ")}
AND target_port = 443
AND domain_name = '${DOMAIN}'
AND client_ip in (
SELECT client_ip FROM (${mostActive(hour, ofDomain)}))
group by client_ip
order by ${order} desc
`,
};
