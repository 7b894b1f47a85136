import { defineFormat } from "./format.js";
import { tomcatLayout } from "./notations/tomcat.js";

export const tomcat = defineFormat({
  name: "tomcat",
  aliases: ["tomcat-common", "tomcat-combined", "accesslogvalve"],
  about: "Tomcat's localhost_access_log: AccessLogValve with the patterns common and combined",
  notation: '%h %l %u %t "%r" %s %b',
  layouts: ["common", "combined"].map((pattern) => tomcatLayout(pattern)),
  samples: [
    {
      line: '0:0:0:0:0:0:0:1 - tomcat [05/Nov/2026:10:31:02 +0100] "GET /manager/html?x=1 HTTP/1.1" 401 2499',
      record: {
        time: "2026-11-05T09:31:02Z",
        client_ip: "::1",
        user: "tomcat",
        method: "GET",
        path: "/manager/html",
        query: "x=1",
        protocol: "HTTP/1.1",
        status: 401,
        bytes_sent: 2499,
      },
    },
    {
      line: '10.0.0.1 - - [05/Nov/2026:10:31:02 +0000] "-" 400 -',
      record: { method: null, request_target: null, status: 400, bytes_sent: 0 },
    },
    {
      line: '10.0.0.1 - - [05/Nov/2026:10:31:02 +0000] "GET / HTTP/1.1" 200 1 "-" "a \\"b\\" \\\\ \\u00c3\\u00a9\\t"',
      record: { user_agent: 'a "b" \\ é\t', referrer: null },
    },
  ],
  refusals: [
    {
      line: '10.0.0.1 - - [05/Nov/2026:10:31:02 +0000] "GET / HTTP/1.1" 2000 1',
      reason: "is not a status code",
    },
    {
      line: "05-Nov-2026 10:31:02.123 INFO [main] org.apache.catalina.startup.Catalina.start Server startup in 900 ms",
      reason: "column",
    },
  ],
});
