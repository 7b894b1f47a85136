import { CLF_GUESSES, clfLayouts } from "./clf.js";
import { defineFormat } from "./format.js";

export const combined = defineFormat({
  name: "combined",
  aliases: ["ncsa_extended", "xlf"],
  about: "Combined Log Format: Apache, nginx and most other web servers, with referrer and agent",
  notation: '%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i"',
  layouts: clfLayouts("combined"),
  own: 1,
  guesses: CLF_GUESSES,
  samples: [
    {
      line: '203.0.113.7 - - [05/Nov/2026:10:31:02 +0100] "GET /product/17?ref=a HTTP/1.1" 200 5120 "https://www.example.com/" "Mozilla/5.0 (X11; Linux x86_64)"',
      record: {
        time: "2026-11-05T09:31:02Z",
        client_ip: "203.0.113.7",
        client_net: "203.0.113.0/24",
        method: "GET",
        path: "/product/17",
        query: "ref=a",
        protocol: "HTTP/1.1",
        status: 200,
        bytes_sent: 5120,
        referrer: "https://www.example.com/",
        user_agent: "Mozilla/5.0 (X11; Linux x86_64)",
        user: null,
      },
    },
    {
      line: '203.0.113.7 - - [05/Nov/2026:10:31:02 +0000] "GET /a\\"b HTTP/1.1" 404 12 "-" "agent \\"x\\" \\xc3\\xa9 \\\\"',
      record: { path: '/a"b', user_agent: 'agent "x" é \\', referrer: null },
    },
    {
      line: '203.0.113.7 - - [05/Nov/2026:10:31:02 +0000] "\\x16\\x03\\x01" 400 226 "-" "-"',
      record: { method: null, request_target: "\u0016\u0003\u0001", status: 400, user_agent: null },
    },
    {
      line: '2001:0DB8:0:0::7 - frank zappa [05/Nov/2026:10:31:02 +0000] "GET / HTTP/2.0" 200 1 "-" "-"',
      record: { client_ip: "2001:db8::7", client_net: "2001:db8::/48", user: "frank zappa" },
    },
    {
      line: '203.0.113.7\t-\t-\t[05/Nov/2026:10:31:02 +0000]\t"GET / HTTP/1.1"\t200\t1\t"-"\t"x y"',
      record: { client_ip: "203.0.113.7", user_agent: "x y" },
    },
    {
      line: '203.0.113.7:51234 - - [05/Nov/2026:10:31:02 +0000] "GET / HTTP/1.1" 200 1 "-" "x"',
      record: { client_ip: "203.0.113.7", client_net: "203.0.113.0/24", site: null },
    },
    {
      line: '[2001:DB8::7]:51234 - - [05/Nov/2026:10:31:02 +0000] "GET / HTTP/1.1" 200 1 "-" "x"',
      record: { client_ip: "2001:db8::7" },
    },
    {
      line: 'shop.example:443 203.0.113.7 - - [05/Nov/2026:10:31:02 +0000] "GET / HTTP/1.1" 200 1 "-" "x"',
      record: { site: "shop.example", client_ip: "203.0.113.7" },
    },
    {
      line: '203.0.113.7 - - [05/Nov/2026:10:31:02 +0000] "GET / HTTP/1.1" 200 1 "-" "x" "198.51.100.1"',
      record: { user_agent: "x", extra: { "%{X-Forwarded-For}i": "198.51.100.1" } },
    },
    {
      line: '203.0.113.7 - - [05/Nov/2026:10:31:02 +0000] "GET / HTTP/1.1" 200 1 "-" "x" 0.004 "b c"',
      record: { user_agent: "x", extra: { more: '0.004 "b c"' } },
    },
    {
      line: '203.0.113.7 - - [05/Nov/2026:10:31:02 +0000] "GET / HTTP/1.1" 401 84170 - -',
      record: { status: 401, bytes_sent: 84170, referrer: null, user_agent: null },
    },
    {
      line: '203.0.113.7 - - [05/Nov/2026:10:31:02 +0000] "-" 408 - "-" "-"',
      record: { method: null, request_target: null, path: null, status: 408, bytes_sent: 0 },
    },
    {
      line: '203.0.113.7 - - [05/Nov/2026:10:31:02 +0000] "GET / HTTP/1.1" 200 1 "-" "cut in the mid',
      record: { user_agent: "cut in the mid" },
    },
  ],
  refusals: [
    {
      line: '203.0.113.7 - - [05/Nov/2026:10:31:02 +0000] "GET /',
      reason: "column 46: expected %r in quotes",
    },
    {
      line: '203.0.113.7 - - [05/Nov/2026:10:31:02 +0000] "GET / HTTP/1.1" abc 1 "-" "-"',
      reason: "%>s is not a status code: abc",
    },
    {
      line: '203.0.113.7, 198.51.100.4 - - [05/Nov/2026:10:31:02 +0000] "GET / HTTP/1.1" 200 1 "-" "-"',
      reason: "column 12",
    },
    {
      line: 'shop.example 203.0.113.7, 198.51.100.4 - - [05/Nov/2026:10:31:02 +0000] "GET / HTTP/1.1" 200 1 "-" "-"',
      reason: "column",
    },
    { line: "hello", reason: "the line ends where" },
  ],
});
