import { defineFormat } from "./format.js";
import { text } from "./kinds/text.js";
import type { Layout } from "./layout.js";
import { haproxyLayouts } from "./notations/haproxy.js";
import { afterSyslog } from "./notations/syslog.js";

/** https://docs.haproxy.org/3.0/configuration.html#8.2.3 */
const http =
  "%ci:%cp [%tr] %ft %b/%s %TR/%Tw/%Tc/%Tr/%Ta %ST %B %CC %CS %tsc %ac/%fc/%bc/%sc/%rc %sq/%bq %hr %hs %{+Q}r";
/** https://docs.haproxy.org/3.0/configuration.html#8.2.4 */
const https = `${http} %[fc_err]/%[ssl_fc_err,hex]/%[ssl_c_err]/%[ssl_c_ca_err]/%[ssl_fc_is_resumed] %[ssl_fc_sni]/%sslv/%sslc`;
/** https://docs.haproxy.org/3.0/configuration.html#8.2.2 */
const tcp = "%ci:%cp [%t] %ft %b/%s %Tw/%Tc/%Tt %B %ts %ac/%fc/%bc/%sc/%rc %sq/%bq";

/** A connection that failed before there was a request. https://docs.haproxy.org/3.0/configuration.html#8.2.5 */
const failed: Layout = {
  items: [
    ...(haproxyLayouts("%ci:%cp [%t] %ft/%[bind]: ")[0] as Layout).items,
    { native: "error", kind: text("error_code", { pattern: "SSL handshake failure.*" }) },
  ],
  escaping: "none",
};

const plain = [...haproxyLayouts(http), ...haproxyLayouts(https), ...haproxyLayouts(tcp), failed];

export const haproxy = defineFormat({
  name: "haproxy",
  aliases: ["haproxy-http", "haproxy-tcp", "httplog"],
  about: "HAProxy with option httplog, httpslog or tcplog, also behind a syslog prefix",
  notation: http,
  layouts: [...plain, ...plain.flatMap(afterSyslog)],
  samples: [
    {
      line: '117.136.40.129:14853 [14/Jan/2015:12:48:57.127] https-in~ xx_server_https/xxx_node_8002 170/0/0/3/173 200 739 - - --NN 0/0/0/0/0 0/0 "GET /xxx/xxx?a=1 HTTP/1.1"',
      record: {
        time: "2015-01-14T12:48:57.127Z",
        client_ip: "117.136.40.129",
        client_port: 14853,
        site: "https-in",
        first_byte_ms: 3,
        duration_ms: 173,
        status: 200,
        bytes_sent: 739,
        cookie: null,
        method: "GET",
        path: "/xxx/xxx",
        query: "a=1",
        protocol: "HTTP/1.1",
        extra: { backend: "xx_server_https", server: "xxx_node_8002", termination_state: "--NN" },
      },
    },
    {
      line: 'Feb 25 16:19:49 192.168.4.2 haproxy[7]: 141.35.244.171:53332 [25/Feb/2019:16:19:48.143] prod_http_in~ bk_admin/nginx_sonst 0/0/7/1457/1487 200 11394 - - ---- 2/1/0/0/0 0/0 {Mozilla/5.0 (Windows NT 6.1; Win64; x64)|} {} "GET /admin/colt?a=1&&b HTTP/1.1"',
      record: {
        client_ip: "141.35.244.171",
        time: "2019-02-25T16:19:48.143Z",
        duration_ms: 1487,
        extra: {
          syslog_host: "192.168.4.2",
          captured_request_headers: "{Mozilla/5.0 (Windows NT 6.1; Win64; x64)|}",
        },
      },
    },
    {
      line: '<134>1 2019-02-25T16:19:49.123+01:00 lb1 haproxy 7 - - 2001:db8::7:53332 [25/Feb/2019:16:19:48.143] web web/<NOSRV> -1/-1/-1/-1/+30001 -1 +0 id=7 - cR-- 2/1/0/0/+3 0/0 {a} "<BADREQ>"',
      record: {
        client_ip: "2001:db8::7",
        client_port: 53332,
        status: null,
        first_byte_ms: null,
        duration_ms: 30001,
        bytes_sent: 0,
        cookie: "id=7",
        method: null,
        request_target: null,
        extra: { server: "<NOSRV>", retries: "+3" },
      },
    },
    {
      line: '2019-02-25T16:19:49+01:00 lb1 haproxy[7]: 10.0.0.1:5 [25/Feb/2019:16:19:48.143] web web/s1 0/0/0/1/1 404 5 - - ---- 1/1/0/0/0 0/0 "GET /a#22b HTTP/1.1" 0/0/0/0/0 shop.example/TLSv1.3/TLS_AES_256_GCM_SHA384',
      record: {
        path: '/a"b',
        host: "shop.example",
        tls_protocol: "TLSv1.3",
        tls_cipher: "TLS_AES_256_GCM_SHA384",
      },
    },
    {
      line: "10.0.1.2:33313 [06/Feb/2009:12:12:51.443] fnt bck/srv1 0/0/5007 212 -- 0/0/0/0/3 0/0",
      record: {
        client_ip: "10.0.1.2",
        site: "fnt",
        duration_ms: 5007,
        bytes_sent: 212,
        status: null,
      },
    },
    {
      line: "haproxy[14387]: 10.0.1.2:33313 [06/Feb/2009:12:12:51.443] fnt bck/srv1 0/0/5007 212 -- 0/0/0/0/3 0/0",
      record: { client_ip: "10.0.1.2", client_port: 33313, duration_ms: 5007 },
    },
    {
      line: "95.216.197.33:56224 [25/Feb/2019:16:20:10.111] prod_http_in/sktst2: SSL handshake failure",
      record: {
        client_ip: "95.216.197.33",
        site: "prod_http_in",
        error_code: "SSL handshake failure",
      },
    },
  ],
  refusals: [
    {
      line: "192.168.1.4:50035 [28/Feb/2025:02:43:12.345] frontend/backend: Stopped a TLSv1 heartbeat attack (CVE-2014-0160)",
      reason: "column",
    },
    {
      line: "Feb 25 16:19:38 192.168.4.2 haproxy[1]: Proxy prod_http_in started.",
      reason: "column",
    },
    {
      line: '10.0.0.1:5 [31/Feb/2019:16:19:48.143] web web/s1 0/0/0/1/1 404 5 - - ---- 1/1/0/0/0 0/0 "GET / HTTP/1.1"',
      reason: "is not a time",
    },
  ],
});
