import type { SendOptions } from "./client.js";
import { byteRange, utf8 } from "./byte-string.js";
import { basic, wireOf, type Request } from "./request.js";

/** What a client does on one connection. */
export interface Case extends SendOptions {
  readonly name: string;
  /** What is asked for, more than one when the client does not wait for the answers. */
  readonly requests: readonly Request[];
  /** The bytes, where they are not simply those requests. */
  readonly wire?: string;
  /** To ::1, where the machine has it. */
  readonly ipv6?: boolean;
}

export const one = (
  name: string,
  request: Request,
  options: Omit<Case, "name" | "requests"> = {},
): Case => ({
  name,
  requests: [request],
  ...options,
});

export const get = (name: string, target: string, headers?: Request["headers"]): Case =>
  one(name, { target, ...(headers && { headers }) });

export const agent = (name: string, value: string): Case => get(name, "/", { "User-Agent": value });

export const wireOfCase = ({ wire, requests }: Case): string =>
  wire ?? requests.map(wireOf).join("");

/** Every byte that a header's value can hold, except NUL, LF and CR. */
export const CONTROLS = byteRange(1, 8) + byteRange(11, 12) + byteRange(14, 31) + "\x7f";
const FORGED =
  '203.0.113.66 - root [01/Jan/2030:00:00:00 +0000] "GET /forged HTTP/1.1" 200 666 "-" "x"';
const BROKEN = "\xff\xfe \xc3( \x80 \xe2\x82 \xed\xa0\x80 \xc0\xaf \xf5\x80\x80\x80 ok \xc3";

/** The first bytes of a TLS handshake, as a client sends them that takes the port for HTTPS; an LF is among them. */
export const TLS_HELLO =
  "\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03" +
  byteRange(128, 159) +
  "\x00\x00\x04\xc0\x2f\x00\xff\x01\x00\n";

/** What any server is asked. */
export const cases: readonly Case[] = [
  get("an ordinary request", "/index.html", {
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    Referer: "https://www.example.com/search?q=a+b",
  }),
  get("a query", "/a/b?x=1&y=2&&z", { "User-Agent": "curl/8.0" }),
  get("an empty query", "/?"),
  get("question marks in the query", "/a?b?c=d?"),
  get("no agent and no referrer", "/index.html"),
  get("an empty agent and referrer", "/", { "User-Agent": "", Referer: "" }),
  get("a dash as agent and referrer", "/", { "User-Agent": "-", Referer: "-" }),
  agent("blanks as agent", "   "),
  agent("blanks around an agent", "  a  b  "),
  agent("quotes in an agent", 'say "hello" \'there\' "'),
  agent("nothing but a quote", '"'),
  agent("backslashes in an agent", 'a\\b \\\\ \\" \\x41 \\u0041 \\n \\'),
  agent("nothing but a backslash", "\\"),
  agent("a tab in an agent", "a\tb"),
  agent("control bytes in an agent", `a${CONTROLS}b`),
  agent("UTF-8 in an agent", utf8("Käse 漢字 😀 \u2028 \u202e\uFEFF")),
  agent("private characters in an agent", utf8("\uEF41\uEF0A\uEFE9")),
  agent("an agent of bytes that are no UTF-8", BROKEN),
  agent("a long agent", "0123456789abcdef".repeat(500)),
  agent("a far too long agent", "x".repeat(70_000)),
  agent(
    "an agent with format codes",
    "%n%s%d%% %{x}i $remote_addr $$ ${jndi:ldap://127.0.0.1/a} #{1+1} {{7*7}}",
  ),
  agent("an agent like the end of a line", `x" 200 1 "-" "y"\\n${FORGED}`),
  agent("an agent like a line", FORGED),
  get("a referrer with everything", "/", {
    Referer: utf8(`http://x/"é\\" ${FORGED} \t$x`),
    "User-Agent": "last",
  }),
  one(
    "a forged line behind a line feed",
    { target: "/", headers: { "User-Agent": "x" } },
    {
      wire: `GET / HTTP/1.1\r\nHost: localhost\r\nUser-Agent: x\n${FORGED}\nConnection: close\r\n\r\n`,
    },
  ),
  one(
    "a header on two lines",
    { target: "/", headers: { "User-Agent": "a b" } },
    {
      wire: "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nUser-Agent: a\r\n b\r\n\r\n",
    },
  ),
  one(
    "the same header twice",
    { target: "/", headers: { "User-Agent": "a" } },
    {
      wire: "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nUser-Agent: a\r\nUser-Agent: b\r\n\r\n",
    },
  ),
  agent("a NUL in an agent", "a\0b"),
  get("quotes and backslashes in the path", '/pa"th\\n\\x41\\"?q="a\\b\\'),
  get("UTF-8 in the path", utf8("/käse/漢字/😀?q=ü")),
  get("bytes in the path that are no UTF-8", "/\xff\xfe\xc3(\x80?\xed\xa0\x80"),
  get("a control byte in the path", "/a\x01\x1b[31mb"),
  get("a tab in the path", "/a\tb"),
  get("a NUL in the path", "/a\0b"),
  get(
    "everything encoded",
    `/${byteRange(1, 255).replaceAll(/[^]/g, (c) => `%${c.charCodeAt(0).toString(16).padStart(2, "0")}`)}`,
  ),
  get("an encoded NUL", "/a%00b"),
  get("an encoded line break", "/a%0d%0a203.0.113.66%20-%20-?b%0Ac"),
  get("encoding that is none", "/%zz%4?%"),
  get("format codes in the path", "/%n%s$remote_addr/${jndi:ldap://127.0.0.1/a}?%d={{7*7}}"),
  get("a path up and out", "/../../etc/passwd"),
  get("slashes", "//a///b//"),
  get("a fragment", "/a#b?c"),
  get("a parameter in the path", "/a;jsessionid=ABC?b"),
  get("a long path", `/${"a".repeat(7000)}`),
  get("a far too long path", `/${"a".repeat(70_000)}`),
  get("a blank in the path", "/a b"),
  one("HTTP/1.0", { target: "/", protocol: "HTTP/1.0", headers: { Host: undefined } }),
  one("HTTP/0.9", { target: "/", protocol: "" }),
  one("HTTP/2.0 as a version", { target: "/", protocol: "HTTP/2.0" }),
  one("a version that is none", { target: "/", protocol: "HTTP/x" }),
  one("another protocol", { target: "/", protocol: "RTSP/1.0" }),
  get("no host", "/", { Host: undefined }),
  get("an empty host", "/", { Host: "" }),
  get("a host with a port", "/", { Host: "localhost:8080" }),
  get("a host that is none", "/", { Host: 'a"b\\c d' }),
  one("HEAD", { method: "HEAD", target: "/index.html" }),
  one("POST", { method: "POST", target: "/form", body: "a=1&b=2" }),
  one("PUT", { method: "PUT", target: "/file", body: 'with "quotes"\nand lines' }),
  one("DELETE", { method: "DELETE", target: "/file" }),
  one("OPTIONS", { method: "OPTIONS", target: "*" }),
  one("TRACE", { method: "TRACE", target: "/" }),
  one("PROPFIND", { method: "PROPFIND", target: "/" }),
  one("an unknown method", { method: "FOO", target: "/" }),
  one("an odd method", { method: "M-SEARCH", target: "/" }),
  one("a method in small letters", { method: "get", target: "/" }),
  one("a quote in the method", { method: 'GE"T', target: "/" }),
  one("a whole URL", { target: "http://other.example:8080/x?y=1" }),
  one(
    "two blanks in the request line",
    { target: "/two" },
    { wire: "GET  /two  HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n" },
  ),
  one("a method alone", { target: "" }, { wire: "GET\r\n\r\n" }),
  one("garbage", { target: "" }, { wire: "hello there, general\r\n\r\n" }),
  one("nothing but quotes", { target: "" }, { wire: '" " "\r\n\r\n' }),
  one("a TLS handshake", { target: "" }, { wire: TLS_HELLO }),
  one("an empty line first", { target: "/" }, { wire: `\r\n${wireOf({ target: "/" })}` }),
  one(
    "a request that is not finished",
    { target: "/" },
    { wire: "GET / HTTP/1.1\r\nHost: lo", halfClose: true },
  ),
  get("a cookie", "/", { Cookie: 'a=1; sid=s3cret; b="q\\"x"; JSESSIONID=0123ABCD.node1' }),
  get("a session with quotes", "/", { Cookie: 'sid="a b\\"c"; JSESSIONID="x"y\\z"' }),
  get("forwarded", "/", { "X-Forwarded-For": "203.0.113.7, 2001:db8::1, 10.0.0.1" }),
  get("forwarded for nobody", "/", {
    "X-Forwarded-For": 'x y "z" 1 2030-01-01T00:00:00.000 +0000',
  }),
  get("empty headers", "/", { Cookie: "", "X-Forwarded-For": "", "Accept-Language": "" }),
  get("a language", "/", { "Accept-Language": 'de, en;q="0.5"' }),
  {
    name: "three requests at once",
    requests: [
      { target: "/index.html?1", headers: { "User-Agent": "one", Connection: undefined } },
      { target: "/missing?2", headers: { "User-Agent": 'tw"o', Connection: undefined } },
      { target: "/index.html?3", headers: { "User-Agent": "three" } },
    ],
  },
  get("a download", "/big.bin"),
  one("a download that is given up", { target: "/big.bin" }, { abortAfter: 100_000 }),
  one("over IPv6", { target: "/index.html" }, { ipv6: true }),
];

/** User names as clients send them in Basic authentication; the password is `secret`. */
export const users: readonly (readonly [name: string, user: string])[] = [
  ["an ordinary user", "frank"],
  ["a user with a blank", "frank zappa"],
  ["a user with quotes", 'fr"an"k'],
  ["a user with a backslash", "DOMAIN\\frank"],
  ["a user with escapes", "fr\\x41nk\\n"],
  ["a user in UTF-8", utf8("jürgen 漢")],
  ["a user that is no UTF-8", "j\xfcrgen"],
  ["a user with brackets", "[frank]"],
  ["a user like a time", "x [01/Jan/2030 +0000]"],
  ["a user with a tab", "fr\tank"],
  ["a user like the end of a line", `x [01/Jan/2030] "GET /forged HTTP/1.1" 200 1 "-" "y`],
  ["a user with format codes", "%n$user${x}"],
  ["a user with control bytes", `a${CONTROLS}b`],
  ["a user with a line break", "fr\r\nank"],
  ["a dash as user", "-"],
  ["a dash and more as user", "- frank"],
  ["an empty user", ""],
];

/** Requests by these users. */
export const asUsers = (target: string, header = "Authorization"): Case[] =>
  users.map(([name, user]) =>
    get(name, target, { [header]: basic(user), "User-Agent": "by a user" }),
  );
