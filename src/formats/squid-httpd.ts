import { defineFormat } from "./format.js";
import { squidLayout } from "./notations/squid.js";

const common = '%>a %[ui %[un [%tl] "%rm %ru HTTP/%rv" %>Hs %<st %Ss:%Sh';
const combined =
  '%>a %[ui %[un [%tl] "%rm %ru HTTP/%rv" %>Hs %<st "%{Referer}>h" "%{User-Agent}>h" %Ss:%Sh';

export const squidHttpd = defineFormat({
  name: "squid-httpd",
  aliases: ["squid-combined", "squid-common"],
  about: "Squid with emulate_httpd_log, or its formats common and combined",
  notation: combined,
  layouts: [combined, common].map(squidLayout),
  samples: [
    {
      line: '10.0.0.1 - alice [05/Nov/2026:10:31:02 +0100] "GET http://example.com/a?b=1 HTTP/1.1" 200 411 "http://example.com/" "agent \\"x\\"" TCP_MISS:HIER_DIRECT',
      record: {
        time: "2026-11-05T09:31:02Z",
        client_ip: "10.0.0.1",
        user: "alice",
        method: "GET",
        host: "example.com",
        path: "/a",
        query: "b=1",
        protocol: "HTTP/1.1",
        status: 200,
        bytes_sent: 411,
        referrer: "http://example.com/",
        user_agent: 'agent "x"',
        cache_result: "TCP_MISS",
        hierarchy: "HIER_DIRECT",
      },
    },
    {
      line: '2001:db8::7 - - [05/Nov/2026:10:31:02 +0000] "CONNECT example.com:443 HTTP/1.1" 200 39 TCP_TUNNEL:HIER_DIRECT',
      record: { client_ip: "2001:db8::7", host: "example.com", path: null, user_agent: null },
    },
    {
      line: '10.0.0.1 - - [05/Nov/2026:10:31:02 +0000] "NONE error:invalid-request HTTP/0.0" 400 3 "-" "-" TAG_NONE:HIER_NONE',
      record: { method: null, status: 400, cache_result: "TAG_NONE" },
    },
  ],
  refusals: [
    {
      line: '10.0.0.1 - - [05/Nov/2026:10:31:02 +0000] "GET http://a/ HTTP/1.1" 200 411 "-" "x"',
      reason: "the line ends where",
    },
    {
      line: '10.0.0.1 - - [35/Nov/2026:10:31:02 +0000] "GET http://a/ HTTP/1.1" 200 1 TCP_MISS:HIER_DIRECT',
      reason: "is not a time",
    },
  ],
});
