import { literal } from "../engines/sql.js";
import { defineFormat } from "./format.js";
import type { Field, Layout } from "./layout.js";
import { delimitedPortable } from "./notations/delimited-portable.js";
import { delimitedLayout, delimitedReader, explainDelimited } from "./notations/delimited.js";
import { w3cFields, w3cLayouts } from "./notations/w3c.js";

/** What IIS logs by default when nothing was selected: version 8 and later, 7, 6. */
const defaultFields = [
  "date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken",
  "date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) sc-status sc-substatus sc-win32-status time-taken",
  "date time s-sitename s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) sc-status sc-substatus sc-win32-status",
];

/** Without a header the values themselves must tell the default sets apart. */
const shapes: Record<string, string> = {
  "s-ip": "[0-9.]+|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*(?:%[0-9]+)?|-",
  "s-port": "[0-9]+|-",
  "sc-status": "[0-9]{3}",
  "sc-win32-status": "[0-9]+",
};

function shaped(field: Field): Field {
  const shape = shapes[field.native];
  if (shape === undefined) return field;
  const valid = (c: string): string => `regexp_full_match(${c}, ${literal(shape)})`;
  return { ...field, kind: { ...field.kind, shape: new RegExp(`^(?:${shape})$`), valid } };
}

/** The layouts of a file without its `#Fields:` line. */
export const headerless: readonly Layout[] = defaultFields.map((names) =>
  delimitedLayout(w3cFields(names.split(" "), "ms").map(shaped), " ", "doubled"),
);

/** Why a line is not of its layout; where no header named the fields, the reason says so. */
export function explainW3c(line: string, layout: Layout): string | undefined {
  const why = explainDelimited(line, layout);
  const isHeaderless = headerless.some(({ items }) => items[0] === layout.items[0]);
  return isHeaderless && why !== undefined ? `no #Fields line stands above, and ${why}` : why;
}

/** https://learn.microsoft.com/en-us/windows/win32/http/w3c-logging */
export const iis = defineFormat({
  name: "iis",
  aliases: ["w3svc"],
  about:
    "Microsoft IIS in W3C format, read by its #Fields; without them the default fields of IIS 6 to 10",
  notation: `#Fields: ${defaultFields[0]}`,
  layouts: headerless,
  comment: "#",
  header: (line) => w3cLayouts(line, "ms"),
  claims:
    /^#Software: .*(?:Internet Information Services|IIS )|^#Fields:.*\b(?:sc-win32-status|sc-substatus|s-sitename|TimeTakenMS)\b/,
  reads: { exact: delimitedReader, portable: delimitedPortable },
  explain: explainW3c,
  samples: [
    {
      header:
        "#Fields: date time s-sitename s-computername s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs-version cs(User-Agent) cs(Cookie) cs(Referer) cs-host sc-status sc-substatus sc-win32-status sc-bytes cs-bytes time-taken",
      line: "2026-04-01 00:00:13 W3SVC1 WEB1 192.0.2.6 GET /foo/bar q=1&s=a 443 CORP\\jo 203.0.113.4 HTTP/1.1 Mozilla/5.0+(compatible;+Googlebot/2.1;++http://www.google.com/bot.html) ASP.NET_SessionId=sldfkjs;+a=b https://www.example.com/x+y www.example.com:443 200 0 64 27028 214 1687",
      record: {
        time: "2026-04-01T00:00:13Z",
        target_ip: "192.0.2.6",
        target_port: 443,
        method: "GET",
        path: "/foo/bar",
        query: "q=1&s=a",
        request_target: "/foo/bar?q=1&s=a",
        user: "CORP\\jo",
        client_ip: "203.0.113.4",
        protocol: "HTTP/1.1",
        user_agent: "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        cookie: "ASP.NET_SessionId=sldfkjs; a=b",
        referrer: "https://www.example.com/x+y",
        host: "www.example.com",
        site: "www.example.com",
        status: 200,
        bytes_sent: 27028,
        bytes_received: 214,
        duration_ms: 1687,
        extra: {
          "s-sitename": "W3SVC1",
          "s-computername": "WEB1",
          "sc-substatus": "0",
          "sc-win32-status": "64",
        },
      },
    },
    {
      line: "2016-02-15 23:44:42 10.10.2.18 GET / - 443 - 198.20.69.74 - - 200 0 995 29761",
      record: {
        time: "2016-02-15T23:44:42Z",
        client_ip: "198.20.69.74",
        path: "/",
        query: null,
        duration_ms: 29761,
      },
    },
    {
      line: "2016-02-15 23:44:42 fe80::1%11 GET / - 443 - 2001:db8::7 curl/8 500 19 0 15",
      record: { client_ip: "2001:db8::7", user_agent: "curl/8", status: 500, duration_ms: 15 },
    },
    {
      line: "2006-02-15 23:44:42 W3SVC1 10.10.2.18 GET / - 80 - 198.20.69.74 - 200 0 0",
      record: { status: 200, extra: { "s-sitename": "W3SVC1" } },
    },
    {
      header:
        "#Fields:   date-local time-local   s-ip   cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) cs(Host) sc-status sc-substatus sc-win32-status TimeTakenMS",
      line: '2012-08-15 17:00:00.675 10.10.28.140 GET /hello/world/6,681965 - 80 - "173.5.0.0" "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_10_1)" - "hello.example.com" 404 " garbage w/ spaces " 0 359',
      record: {
        time: "2012-08-15T17:00:00.675Z",
        client_ip: "173.5.0.0",
        user_agent: "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_10_1)",
        host: "hello.example.com",
        status: 404,
        duration_ms: 359,
        extra: { "sc-substatus": " garbage w/ spaces " },
      },
    },
  ],
  refusals: [
    {
      header: "#Fields: date time c-ip cs-method cs-uri-stem sc-status",
      line: "2026-04-01 00:00:13 203.0.113.4 GET /a b 200",
      reason: "the line has 7 values and not 6",
    },
    {
      header: "#Fields: date time c-ip cs-method cs-uri-stem sc-status",
      line: "2026-04-31 00:00:13 203.0.113.4 GET /a 200",
      reason: "date is not a date",
    },
    {
      line: "2016-02-15 23:44:42 GET / - 443 - 198.20.69.74",
      reason: "no #Fields line stands above, and the line has 8 values",
    },
  ],
});
