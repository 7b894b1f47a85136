import type { Sample } from "../../src/formats/format.js";
import { formatFromNotation } from "../../src/formats/log-format.js";
import type { Format } from "../../src/formats/format.js";
import { haproxy } from "../../src/formats/haproxy.js";
import { squid } from "../../src/formats/squid.js";

/** A request as a server could have seen it; null is what it writes as a dash. */
export interface Request {
  readonly time: Date;
  readonly client_ip: string;
  readonly user: string | null;
  readonly method: string;
  readonly request_target: string;
  readonly protocol: string;
  readonly status: number;
  readonly bytes_sent: number;
  readonly referrer: string | null;
  readonly user_agent: string | null;
  readonly duration_ms: number;
}

/** A server's notation, how it writes a request in it, and the columns that come back. */
export interface Writer {
  readonly name: string;
  readonly format: Format;
  readonly columns: readonly (keyof Sample["record"] & keyof Request)[];
  write(request: Request): string;
}

const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
const two = (value: number): string => String(value).padStart(2, "0");

function clf(time: Date): string {
  const date = `${two(time.getUTCDate())}/${MONTHS[time.getUTCMonth()]}/${time.getUTCFullYear()}`;
  return `${date}:${time.toISOString().slice(11, 19)}`;
}

/** Every byte that is not plain is written as `escape` says; bytes are those of UTF-8. */
const bytewise = (text: string, escape: (byte: number, char: string) => string): string =>
  [...Buffer.from(text)].map((byte) => escape(byte, String.fromCharCode(byte))).join("");

const hex = (byte: number): string => byte.toString(16).padStart(2, "0");
const isPlain = (byte: number): boolean => byte >= 0x20 && byte < 0x7f;

/** ap_escape_logitem of httpd's server/util.c. */
const C_ESCAPES: Record<string, string> = {
  "\b": "\\b",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\v": "\\v",
  '"': '\\"',
  "\\": "\\\\",
};
const apacheItem = (text: string): string =>
  bytewise(text, (byte, char) => C_ESCAPES[char] ?? (isPlain(byte) ? char : `\\x${hex(byte)}`));

/** ngx_http_log_escape. */
const nginxItem = (text: string): string =>
  bytewise(text, (byte, char) =>
    isPlain(byte) && char !== '"' && char !== "\\" ? char : `\\x${hex(byte).toUpperCase()}`,
  );

/** ngx_escape_json: control characters only; the rest is UTF-8 as it came. */
const jsonItem = (text: string): string =>
  text.replace(/["\\\u0001-\u001f]/g, (char) => {
    const short = (
      { "\n": "n", "\r": "r", "\t": "t", "\b": "b", "\f": "f" } as Record<string, string>
    )[char];
    if (short !== undefined) return `\\${short}`;
    return char < " " ? `\\u00${hex(char.charCodeAt(0)).toUpperCase()}` : `\\${char}`;
  });

/** escapeAndAppend of AbstractAccessLogValve, which sees one character a byte. */
const tomcatItem = (text: string): string =>
  bytewise(text, (byte, char) => {
    const short = (
      { "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t" } as Record<string, string>
    )[char];
    if (char === '"' || char === "\\") return `\\${char}`;
    return short ?? (isPlain(byte) ? char : `\\u00${hex(byte)}`);
  });

/** log_quoted_string of Squid's format/Format.cc. */
const squidQuoted = (text: string): string =>
  text.replace(/["\\\n\r\t]/g, (char) => C_ESCAPES[char] as string);

/** Format::QuoteMimeBlob. */
const squidBlob = (text: string): string =>
  bytewise(text, (byte, char) =>
    isPlain(byte) && !"%[]\\".includes(char) ? char : `%${hex(byte).toUpperCase()}`,
  );

/** lf_encode_string of HAProxy's log.c with url_encode_map. */
const haproxyItem = (text: string): string =>
  bytewise(text, (byte, char) =>
    isPlain(byte) && char !== '"' && char !== "#" ? char : `#${hex(byte).toUpperCase()}`,
  );

const dash = (text: string | null, escape: (text: string) => string): string =>
  text === null ? "-" : escape(text);

const requestOf = ({ method, request_target, protocol }: Request): string =>
  `${method} ${request_target} ${protocol}`;

const all = [
  "client_ip",
  "user",
  "method",
  "request_target",
  "protocol",
  "status",
  "bytes_sent",
  "referrer",
  "user_agent",
  "duration_ms",
] as const;

const without = (...names: string[]): Writer["columns"] =>
  all.filter((name) => !names.includes(name));

export const writers: readonly Writer[] = [
  {
    name: "Apache",
    format: formatFromNotation('%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i" %{ms}T'),
    columns: all,
    write: (r) =>
      `${r.client_ip} - ${dash(r.user, apacheItem)} [${clf(r.time)} +0000] "${apacheItem(requestOf(r))}" ${r.status} ${r.bytes_sent === 0 ? "-" : r.bytes_sent} "${dash(r.referrer, apacheItem)}" "${dash(r.user_agent, apacheItem)}" ${r.duration_ms}`,
  },
  {
    name: "nginx",
    format: formatFromNotation(
      '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent" $request_time',
    ),
    columns: all,
    write: (r) =>
      `${r.client_ip} - ${dash(r.user, nginxItem)} [${clf(r.time)} +0000] "${nginxItem(requestOf(r))}" ${r.status} ${r.bytes_sent} "${dash(r.referrer, nginxItem)}" "${dash(r.user_agent, nginxItem)}" ${(r.duration_ms / 1000).toFixed(3)}`,
  },
  {
    name: "nginx escape=json",
    format: formatFromNotation(
      'escape=json \'{"t":"$time_iso8601","ip":"$remote_addr","user":"$remote_user","req":"$request","status":$status,"bytes":$body_bytes_sent,"ref":"$http_referer","ua":"$http_user_agent","s":$request_time}\'',
    ),
    columns: all,
    write: (r) =>
      `{"t":"${r.time.toISOString().slice(0, 19)}+00:00","ip":"${r.client_ip}","user":"${jsonItem(r.user ?? "")}","req":"${jsonItem(requestOf(r))}","status":${r.status},"bytes":${r.bytes_sent},"ref":"${jsonItem(r.referrer ?? "")}","ua":"${jsonItem(r.user_agent ?? "")}","s":${(r.duration_ms / 1000).toFixed(3)}}`,
  },
  {
    name: "Tomcat",
    format: formatFromNotation('%h %l %u %t "%r" %s %b "%{Referer}i" "%{User-Agent}i" %D', {
      dialect: "tomcat",
    }),
    // Tomcat refuses targets that would have to be escaped, and writes them as they are.
    columns: without("request_target"),
    write: (r) =>
      `${r.client_ip} - ${dash(r.user, tomcatItem)} [${clf(r.time)} +0000] "${r.method} /a ${r.protocol}" ${r.status} ${r.bytes_sent === 0 ? "-" : r.bytes_sent} "${dash(r.referrer, tomcatItem)}" "${dash(r.user_agent, tomcatItem)}" ${r.duration_ms * 1000}`,
  },
  {
    name: "Squid",
    format: squid,
    columns: without("request_target", "protocol", "referrer", "user_agent"),
    write: (r) =>
      `${r.time.getTime() / 1000}.000 ${String(r.duration_ms).padStart(6)} ${r.client_ip} TCP_MISS/${String(r.status).padStart(3, "0")} ${r.bytes_sent} ${r.method} http://a.example/ ${dash(r.user, squidBlob)} HIER_DIRECT/10.0.0.1 text/html`,
  },
  {
    name: "Squid combined",
    format: formatFromNotation(
      '%>a %[ui %[un [%tl] "%rm %ru HTTP/%rv" %>Hs %<st "%{Referer}>h" "%{User-Agent}>h" %Ss:%Sh',
    ),
    columns: without("request_target", "protocol", "duration_ms"),
    write: (r) =>
      `${r.client_ip} - ${dash(r.user, squidBlob)} [${clf(r.time)} +0000] "${r.method} http://a.example/ HTTP/1.1" ${r.status} ${r.bytes_sent} "${dash(r.referrer, squidQuoted)}" "${dash(r.user_agent, squidQuoted)}" TCP_MISS:HIER_DIRECT`,
  },
  {
    name: "HAProxy",
    format: haproxy,
    columns: without("user", "referrer", "user_agent"),
    write: (r) =>
      `${r.client_ip}:4711 [${clf(r.time)}.000] web~ app/s1 0/0/0/1/${r.duration_ms} ${r.status} ${r.bytes_sent} - - ---- 1/1/0/0/0 0/0 {${haproxyItem(
        r.user_agent ?? "",
      )
        .replaceAll("{", "#7B")
        .replaceAll("|", "#7C")
        .replaceAll("}", "#7D")}} "${haproxyItem(requestOf(r))}"`,
  },
];
