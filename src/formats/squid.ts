import { defineFormat } from "./format.js";
import { squidLayout } from "./notations/squid.js";
import { afterSyslog } from "./notations/syslog.js";

const native = "%ts.%03tu %6tr %>a %Ss/%03>Hs %<st %rm %ru %[un %Sh/%<a %mt";
const plain = squidLayout(native);
/** Before version 2.6 the type was left away; with `log_mime_hdrs` the headers follow. */
const shorter = squidLayout("%ts.%03tu %6tr %>a %Ss/%03>Hs %<st %rm %ru %[un %Sh/%<a");
const withHeaders = squidLayout(`${native} [%>h] [%<h]`);

export const squid = defineFormat({
  name: "squid",
  aliases: ["squid-native"],
  about: "Squid's own access.log, also behind a syslog prefix",
  notation: native,
  layouts: [plain, ...afterSyslog(plain), shorter, withHeaders],
  samples: [
    {
      line: "1286536308.779    180 192.168.0.224 TCP_MISS/200 411 GET http://liveupdate.example.com:8080/minitri.flg?a=1 - HIER_DIRECT/125.23.216.203 text/plain",
      record: {
        time: "2010-10-08T11:11:48.779Z",
        duration_ms: 180,
        client_ip: "192.168.0.224",
        cache_result: "TCP_MISS",
        status: 200,
        bytes_sent: 411,
        method: "GET",
        request_target: "http://liveupdate.example.com:8080/minitri.flg?a=1",
        scheme: "http",
        host: "liveupdate.example.com",
        path: "/minitri.flg",
        query: "a=1",
        user: null,
        hierarchy: "HIER_DIRECT",
        target_ip: "125.23.216.203",
        extra: { "%mt": "text/plain" },
      },
    },
    {
      line: "1286536308.779 123456 2001:db8::7 TCP_TUNNEL/200 3921 CONNECT www.example.com:443 alice HIER_DIRECT/2001:db8::1 -",
      record: {
        client_ip: "2001:db8::7",
        client_net: "2001:db8::/48",
        method: "CONNECT",
        request_target: "www.example.com:443",
        host: "www.example.com",
        path: null,
        user: "alice",
        target_ip: "2001:db8::1",
      },
    },
    {
      line: "1286536308.779      0 ::ffff:10.0.0.1 TAG_NONE/400 3921 NONE error:invalid-request - HIER_NONE/- text/html",
      record: {
        client_ip: "10.0.0.1",
        status: 400,
        method: null,
        request_target: "error:invalid-request",
        hierarchy: "HIER_NONE",
        target_ip: null,
      },
    },
    {
      line: "1286536308.779  59999 10.0.0.1 TCP_MISS_ABORTED/000 0 GET http://example.com/%7Ea b%25c HIER_NONE/- -",
      record: { status: null, cache_result: "TCP_MISS_ABORTED", bytes_sent: 0, user: "b%c" },
    },
    {
      line: "Oct  8 11:11:48 proxy1 squid[1203]: 1286536308.779    180 10.0.0.1 TCP_HIT/200 411 GET http://example.com/ - HIER_NONE/- -",
      record: { client_ip: "10.0.0.1", duration_ms: 180, extra: { syslog_host: "proxy1" } },
    },
    {
      line: "1286536308.779 1 10.0.0.1 TCP_MISS/200 4 GET http://example.com/ - DIRECT/10.9.9.9 - [Host: example.com%0D%0AUser-Agent: a b%0D%0A] [HTTP/1.1 200 OK%0D%0A]",
      record: { target_ip: "10.9.9.9", extra: { "%<h": "HTTP/1.1 200 OK\r\n" } },
    },
    {
      line: "1286536308.779 180 10.0.0.1 TCP_MISS/200 411 GET http://example.com/ - DIRECT/10.9.9.9",
      record: { hierarchy: "DIRECT", target_ip: "10.9.9.9" },
    },
  ],
  refusals: [
    {
      line: "1286536308.779 180 192.168.0.224 TCP_MISS/200 411 GET",
      reason: "the line ends where",
    },
    {
      line: "1286536308.779 180 192.168.0.224 TCP_MISS/2oo 411 GET http://a/ - DIRECT/10.9.9.9 -",
      reason: "is not a status code",
    },
    {
      line: "yesterday 180 192.168.0.224 TCP_MISS/200 411 GET http://a/ - DIRECT/10.9.9.9 -",
      reason: "a time in seconds since 1970",
    },
  ],
});
