import { defineFormat } from "./format.js";
import { nginxLayout } from "./notations/nginx.js";
import { NGINX_COMBINED } from "./notations/nginx-conf.js";

/** The log_format that nginx's own packages come with. */
const main = `${NGINX_COMBINED} "$http_x_forwarded_for"`;

/** https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/log-format/ */
const ingress = `${NGINX_COMBINED} $request_length $request_time [$proxy_upstream_name] [$proxy_alternative_upstream_name] $upstream_addr $upstream_response_length $upstream_response_time $upstream_status $req_id`;

/** https://github.com/NginxProxyManager/nginx-proxy-manager (conf.d/include/log.conf) */
const managed = (first: string, last: string): string =>
  `[$time_local] ${first}$status - $request_method $scheme $host "$request_uri" [Client $remote_addr] [Length $body_bytes_sent] [Gzip $gzip_ratio] ${last}"$http_user_agent" "$http_referer"`;

const notations = [
  NGINX_COMBINED,
  main,
  `${main} $request_time`,
  `${main} $request_time $upstream_response_time $pipe`,
  `${NGINX_COMBINED} $request_time`,
  `${NGINX_COMBINED} $request_time $upstream_response_time`,
  ingress,
  managed("$upstream_cache_status $upstream_status ", "[Sent-to $server] "),
  managed("", ""),
  `$server_name ${NGINX_COMBINED}`,
  NGINX_COMBINED.replace(" - $remote_user", " $remote_user"),
];

export const nginx = defineFormat({
  name: "nginx",
  aliases: ["nginx-main", "ingress-nginx", "nginx-proxy-manager"],
  about: "nginx: combined, its packages' main, and the formats of ingress-nginx and Proxy Manager",
  notation: NGINX_COMBINED,
  layouts: notations.map((notation) => nginxLayout(notation)),
  samples: [
    {
      line: '203.0.113.7 - alice [05/Nov/2026:10:31:02 +0100] "GET /a?b=1 HTTP/2.0" 200 512 "https://www.example.com/" "Mozilla/5.0 \\x22x\\x22 \\xC3\\xA9"',
      record: {
        time: "2026-11-05T09:31:02Z",
        client_ip: "203.0.113.7",
        user: "alice",
        method: "GET",
        path: "/a",
        query: "b=1",
        protocol: "HTTP/2.0",
        status: 200,
        bytes_sent: 512,
        referrer: "https://www.example.com/",
        user_agent: 'Mozilla/5.0 "x" é',
      },
    },
    {
      line: '54.36.149.41 - - [22/Jan/2019:03:56:14 +0330] "GET /filter/27|13 HTTP/1.1" 200 30577 "-" "AhrefsBot/6.1" "198.51.100.9, 10.0.0.2"',
      record: {
        client_ip: "54.36.149.41",
        extra: { $http_x_forwarded_for: "198.51.100.9, 10.0.0.2" },
      },
    },
    {
      line: '1.2.3.4 - - [07/Aug/2020:15:50:07 +0800] "HEAD /ai/version HTTP/1.1" 308 0 "-" "curl/7.29.0" 100 0.012 [default-svc-5009] [] 10.0.0.5:8080, 10.0.0.6:8080 0, 12 0.004, 0.007 502, 200 bfb9417db656',
      record: {
        bytes_received: 100,
        duration_ms: 12,
        target_ip: "10.0.0.6",
        target_port: 8080,
        request_id: "bfb9417db656",
        extra: { $upstream_response_time: "0.004, 0.007", $upstream_status: "502, 200" },
      },
    },
    {
      line: '[01/Oct/2025:14:32:15 +0000] HIT 200 200 - GET https example.com "/api/users?a" [Client 192.168.1.100] [Length 1543] [Gzip 2.45] [Sent-to 10.0.0.15:8080] "Mozilla/5.0 (X11)" "https://example.com/d"',
      record: {
        client_ip: "192.168.1.100",
        cache_result: "HIT",
        status: 200,
        method: "GET",
        scheme: "https",
        host: "example.com",
        path: "/api/users",
        bytes_sent: 1543,
        referrer: "https://example.com/d",
      },
    },
    {
      // An open proxy is asked for whole URLs: they name what a sister format has fields for.
      line: '203.0.113.7 - - [05/Nov/2026:10:31:02 +0000] "GET HTTP://Shop.example.com:8080/a?b=1 HTTP/1.1" 200 512 "-" "-"',
      record: {
        request_target: "HTTP://Shop.example.com:8080/a?b=1",
        scheme: "HTTP",
        host: "Shop.example.com",
        path: "/a",
        query: "b=1",
      },
    },
    {
      line: '203.0.113.7 - - [05/Nov/2026:10:31:02 +0000] "CONNECT mail.example.com:25 HTTP/1.1" 400 157 "-" "-"',
      record: { method: "CONNECT", host: "mail.example.com", scheme: null, path: null },
    },
    {
      line: '192.168.1.1 - - [08/Jun/2020:08:04:43 +0000] "" 400 0 "-" "-"',
      record: { request_target: null, method: null, status: 400 },
    },
  ],
  refusals: [
    {
      line: '203.0.113.7 - - [05/Nov/2026:10:31:02 +0000] "GET / HTTP/1.1" 200',
      reason: "the line ends where",
    },
    {
      line: '2021/12/01 13:53:33 [error] 31#31: *46 "/usr/share/nginx/html/index.html" is not found (2: No such file or directory)',
      reason: "column",
    },
  ],
});
