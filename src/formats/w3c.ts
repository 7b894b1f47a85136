import { defineFormat } from "./format.js";
import { explainW3c, headerless } from "./iis.js";
import { delimitedPortable } from "./notations/delimited-portable.js";
import { delimitedReader } from "./notations/delimited.js";
import { w3cLayouts } from "./notations/w3c.js";

/** https://www.w3.org/TR/WD-logfile.html */
export const w3c = defineFormat({
  name: "w3c",
  aliases: ["w3c_extended", "w3c_iis", "netscaler", "incapsula_w3c", "shoutcast"],
  about: "W3C extended log format, read by its #Fields line: proxies, gateways, streaming servers",
  notation:
    "#Fields: date time c-ip cs-method cs-uri-stem cs-uri-query sc-status sc-bytes time-taken",
  layouts: headerless,
  comment: "#",
  header: (line) => w3cLayouts(line),
  claims: /^#Fields:/,
  reads: { exact: delimitedReader, portable: delimitedPortable },
  explain: explainW3c,
  samples: [
    {
      header:
        "#Fields: date time c-ip cs-username sc-servicename s-ip s-port cs-method cs-uri-stem cs-uri-query sc-status cs-bytes sc-bytes time-taken cs-version cs(User-Agent) cs(Cookie) cs(Referer)",
      line: "2012-08-16 11:55:13 172.20.1.0 - HTTP 192.168.6.254 8080 GET /Citrix/login.jsp - 302 247 355 1.5 HTTP/1.1 Mozilla/4.0+(compatible;+MSIE+7.0) - -",
      record: {
        time: "2012-08-16T11:55:13Z",
        client_ip: "172.20.1.0",
        user: null,
        target_ip: "192.168.6.254",
        target_port: 8080,
        path: "/Citrix/login.jsp",
        status: 302,
        bytes_received: 247,
        bytes_sent: 355,
        duration_ms: 1500,
        user_agent: "Mozilla/4.0 (compatible; MSIE 7.0)",
        extra: { "sc-servicename": "HTTP" },
      },
    },
    {
      header:
        "#Fields: date time c-ip cs(User-Agent) cs-countrycode cs-uri cs-version cs(Referrer) cs-method cs-uri-query sc-status cs-bytes s-note",
      line: '"2017-06-28" "07:26:35" "123.123.123.123" "Mozilla/5.0 (X11) (+x)" "SE" "www.example.com/page.php" "HTTP" "" "GET" "variable=test" "200" "10117" "he said ""no"""',
      record: {
        time: "2017-06-28T07:26:35Z",
        client_ip: "123.123.123.123",
        user_agent: "Mozilla/5.0 (X11) (+x)",
        country: "SE",
        host: "www.example.com",
        path: "/page.php",
        query: "variable=test",
        referrer: null,
        status: 200,
        extra: { "s-note": 'he said "no"' },
      },
    },
    {
      header:
        "#Fields: c-ip c-dns date time cs-uri-stem c-status cs(User-Agent) sc-bytes x-duration avgbandwidth",
      line: "1.2.3.4 5.6.7.8 2015-12-07 10:37:05 /stream?title=UKR%20Nights 200 NSPlayer%2F10.0.0.3702%20WMFSDK%2F10.0 65580 1 524640",
      record: {
        time: "2015-12-07T10:37:05Z",
        path: "/stream",
        query: "title=UKR%20Nights",
        user_agent: "NSPlayer/10.0.0.3702 WMFSDK/10.0",
        status: 200,
        bytes_sent: 65580,
        duration_ms: 1000,
        extra: { avgbandwidth: "524640" },
      },
    },
    {
      header: "#Fields: date\ttime\tc-ip\tcs(User-Agent)\tcs-uri",
      line: "2015-12-07\t10:37:05\t1.2.3.4\tan agent\thttp://www.example.com:8080/a/b?c",
      record: {
        user_agent: "an agent",
        host: "www.example.com",
        path: "/a/b",
        query: "c",
      },
    },
  ],
  refusals: [
    {
      header: "#Fields: date time c-ip cs(User-Agent)",
      line: '2015-12-07 10:37:05 1.2.3.4 "an agent',
      reason: "a quote is not closed",
    },
    {
      header: "#Fields: date time c-ip",
      line: "2015-12-07 1.2.3.4 10:37:05",
      reason: "time is not a time like 23:59:59: 1.2.3.4",
    },
    { line: "one two three", reason: "no #Fields line stands above" },
  ],
});
