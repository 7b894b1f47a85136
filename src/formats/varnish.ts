import { defineFormat } from "./format.js";
import { varnishLayout } from "./notations/varnish.js";

const notation = '%h %l %u %t "%r" %s %b "%{Referer}i" "%{User-agent}i"';

export const varnish = defineFormat({
  name: "varnish",
  aliases: ["varnishncsa"],
  about: "Varnish's varnishncsa without -F; for another -F give it to --log-format",
  notation,
  layouts: [
    varnishLayout(notation),
    varnishLayout(`${notation} %{Varnish:hitmiss}x`),
    varnishLayout(`${notation} "%{Varnish:hitmiss}x"`),
  ],
  samples: [
    {
      line: '203.0.113.7 - - [05/Nov/2026:10:31:02 +0000] "GET http://www.example.com/a?b=1 HTTP/1.1" 200 512 "http://www.example.com/" "Mozilla/5.0 (X11)"',
      record: {
        client_ip: "203.0.113.7",
        method: "GET",
        scheme: "http",
        host: "www.example.com",
        path: "/a",
        query: "b=1",
        status: 200,
        bytes_sent: 512,
        user_agent: "Mozilla/5.0 (X11)",
      },
    },
    {
      line: '203.0.113.7 - - [05/Nov/2026:10:31:02 +0000] "GET http://a/ HTTP/1.1" 200 - "-" "a\\"b\\xc3\\xa9" hit',
      record: { cache_result: "hit", user_agent: 'a"bé', bytes_sent: 0, referrer: null },
    },
  ],
  refusals: [
    {
      line: '203.0.113.7 - - [05/Nov/2026:10:31:02 +0000] "GET http://a/ HTTP/1.1" 200',
      reason: "the line ends where",
    },
  ],
});
