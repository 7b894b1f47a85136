import { defineFormat } from "./format.js";
import { clfTime } from "./kinds/times.js";
import { duration, sizeWithDash, status } from "./kinds/numbers.js";
import { host, hostPort } from "./kinds/addresses.js";
import { other, text, userName } from "./kinds/text.js";
import { requestLine } from "./kinds/request.js";
import { absorbQuotes, type Item, type Layout } from "./layout.js";

/** The server behind as a URL: `http://172.17.0.3:80`. */
const serverUrl = (() => {
  const { columns } = hostPort("target_ip", "target_port");
  const authority = (t: string): string => `regexp_extract(${t}, '^[a-z0-9]+://([^/]*)', 1)`;
  return {
    ...text("target_ip"),
    name: "url",
    columns: {
      target_ip: (t: string) => columns["target_ip"]?.(authority(t)) as string,
      target_port: (t: string) => columns["target_port"]?.(authority(t)) as string,
    },
  };
})();

/** https://doc.traefik.io/traefik/observability/access-logs/#common-log-format-clf */
const items: readonly Item[] = [
  { native: "ClientHost", kind: host("client_ip") },
  { literal: " - " },
  { native: "ClientUsername", kind: userName },
  { literal: " [" },
  { native: "StartUTC", kind: clfTime },
  { literal: '] "' },
  { native: "request", kind: requestLine() },
  { literal: '" ' },
  { native: "OriginStatus", kind: status },
  { literal: " " },
  { native: "OriginContentSize", kind: sizeWithDash("bytes_sent") },
  { literal: ' "' },
  { native: "request_Referer", kind: text("referrer") },
  { literal: '" "' },
  { native: "request_User-Agent", kind: text("user_agent") },
  { literal: '" ' },
  { native: "RequestCount", kind: other() },
  { literal: ' "' },
  { native: "RouterName", kind: other() },
  { literal: '" "' },
  { native: "ServiceURL", kind: serverUrl },
  { literal: '" ' },
  { native: "Duration", kind: duration("duration_ms", "ms") },
  { literal: "ms" },
];

/** Until version 1.6, what a client did not send was a dash without quotes. */
const OFTEN_ABSENT = new Set(["request_Referer", "request_User-Agent"]);
const layout: Layout = {
  items: absorbQuotes(items).map((item) =>
    "native" in item && OFTEN_ABSENT.has(item.native) ? { ...item, bare: "-" } : item,
  ),
  escaping: "backslash",
};

export const traefik = defineFormat({
  name: "traefik",
  aliases: ["traefikclf", "traefik-clf"],
  about: "Traefik's access log in its default form, CLF with five more fields",
  notation:
    '<ClientHost> - <ClientUsername> [<StartUTC>] "<request>" <OriginStatus> <OriginContentSize> "<Referer>" "<User-Agent>" <RequestCount> "<RouterName>" "<ServiceURL>" <Duration>ms',
  layouts: [layout],
  samples: [
    {
      line: '172.17.0.1 - - [08/Dec/2021:13:59:39 +0000] "GET /cgi.cgi/?a=1 HTTP/1.1" 200 352 "-" "Nikto" 240 "test@docker" "http://172.17.0.3:80" 12ms',
      record: {
        time: "2021-12-08T13:59:39Z",
        client_ip: "172.17.0.1",
        path: "/cgi.cgi/",
        query: "a=1",
        status: 200,
        bytes_sent: 352,
        referrer: null,
        user_agent: "Nikto",
        target_ip: "172.17.0.3",
        target_port: 80,
        duration_ms: 12,
        extra: { RequestCount: "240", RouterName: "test@docker" },
      },
    },
    {
      line: '172.17.1.1 - - [28/Sep/2022:13:38:04 +0000] "GET /mobileadmin/home.cs HTTP/1.1" - - "-" "Mozilla/5.00 (Nikto/2.1.5)" 45640 "-" "-" 0ms',
      record: { status: null, bytes_sent: 0, target_ip: null, target_port: null, duration_ms: 0 },
    },
    {
      line: '203.0.113.7 - - [28/Feb/2018:17:30:33 +0000] "GET /en/ HTTP/2.0" 200 2814 - "x" 13 "Host-1" "http://172.19.0.6:14008" 247ms',
      record: { referrer: null, user_agent: "x", duration_ms: 247, target_port: 14008 },
    },
    {
      line: '2001:db8::7 - bob [24/Nov/2024:13:38:04 +0100] "GET / HTTP/2.0" 200 352 "-" "a\\"b" 244 "a@docker -> b@docker" "http://[2001:db8::3]:8080/x" 42ms',
      record: {
        time: "2024-11-24T12:38:04Z",
        client_ip: "2001:db8::7",
        user: "bob",
        user_agent: 'a"b',
        target_ip: "2001:db8::3",
        target_port: 8080,
      },
    },
  ],
  refusals: [
    {
      line: '172.17.0.1 - - [08/Dec/2021:13:59:39 +0000] "GET / HTTP/1.1" 200 352 "-" "Nikto" 240 "test@docker" "http://172.17.0.3:80" 12',
      reason: "the line ends where",
    },
    {
      line: '172.17.0.1 - - [08/Dec/2021:13:59:39 +0000] "GET / HTTP/1.1" OK 352 "-" "x" 240 "r" "http://172.17.0.3:80" 12ms',
      reason: "OriginStatus is not a status code",
    },
  ],
});
