import { defineFormat } from "./format.js";
import { CLF_GUESSES, clfLayouts } from "./clf.js";

export const common = defineFormat({
  name: "common",
  aliases: ["ncsa", "clf", "ncsa_common"],
  about: "Common Log Format: Apache, nginx and most other web servers, without referrer and agent",
  notation: '%h %l %u %t "%r" %>s %b',
  layouts: clfLayouts("common"),
  own: 1,
  guesses: CLF_GUESSES,
  samples: [
    {
      line: '127.0.0.1 - frank [10/Oct/2000:13:55:36 -0700] "GET /apache_pb.gif?x=1 HTTP/1.0" 200 2326',
      record: {
        time: "2000-10-10T20:55:36Z",
        client_ip: "127.0.0.1",
        user: "frank",
        method: "GET",
        path: "/apache_pb.gif",
        query: "x=1",
        request_target: "/apache_pb.gif?x=1",
        protocol: "HTTP/1.0",
        status: 200,
        bytes_sent: 2326,
      },
    },
    {
      line: '::ffff:203.0.113.9 - - [10/Oct/2000:13:55:36 +0000] "GET / HTTP/1.1" 304 -',
      record: {
        client_ip: "203.0.113.9",
        client_net: "203.0.113.0/24",
        status: 304,
        bytes_sent: 0,
      },
    },
  ],
  refusals: [
    {
      line: '127.0.0.1 - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.0" 200',
      reason: "the line ends where",
    },
    {
      line: '127.0.0.1 - - [31/Feb/2000:13:55:36 -0700] "GET / HTTP/1.0" 200 1',
      reason: "is not a time",
    },
  ],
});
