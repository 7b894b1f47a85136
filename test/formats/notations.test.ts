import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Sample } from "../../src/formats/format.js";
import { formatFromNotation, type NotationOptions } from "../../src/formats/log-format.js";
import { findFormat } from "../../src/formats/registry.js";
import { Problem } from "../../src/problems/problem.js";
import { parseLines } from "./parse-lines.js";

interface Case {
  readonly notation: string;
  readonly options?: NotationOptions;
  readonly line: string;
  readonly record: Sample["record"];
}

const nginx: readonly Case[] = [
  {
    notation:
      '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent"',
    line: '203.0.113.7 - a b [05/Nov/2026:10:31:02 +0100] "GET /a?b=1 HTTP/1.1" 200 512 "-" "x\\x22\\xC3\\xA9\\x5C"',
    record: {
      log_type: "nginx",
      time: "2026-11-05T09:31:02Z",
      user: "a b",
      path: "/a",
      query: "b=1",
      bytes_sent: 512,
      referrer: null,
      user_agent: 'x"é\\',
    },
  },
  {
    notation:
      "'$remote_addr [$time_iso8601] '\n    '\"$request_method $request_uri $server_protocol\" $status '\n '$bytes_sent ${body_bytes_sent} $request_length';",
    line: '::1 [2026-11-05T10:31:02+01:00] "GET /a%20b?c HTTP/2.0" 404 700 512 88',
    record: {
      time: "2026-11-05T09:31:02Z",
      client_ip: "::1",
      method: "GET",
      request_target: "/a%20b?c",
      protocol: "HTTP/2.0",
      bytes_sent: 512,
      bytes_received: 88,
      extra: { $bytes_sent: "700" },
    },
  },
  {
    notation:
      '$msec $remote_addr:$remote_port $status $request_time "$upstream_addr" "$upstream_response_time" $upstream_header_time $upstream_cache_status $ssl_protocol/$ssl_cipher $request_id',
    line: '1783246262.345 203.0.113.7:4711 502 0.250 "10.0.0.1:80, unix:/tmp/s : [2001:db8::1]:8080" "0.001, - : 0.2" 0.001, - : 0.099 MISS TLSv1.3/TLS_AES_256_GCM_SHA384 abc',
    record: {
      time: "2026-07-05T10:11:02.345Z",
      client_port: 4711,
      duration_ms: 250,
      first_byte_ms: 100,
      target_ip: "2001:db8::1",
      target_port: 8080,
      cache_result: "MISS",
      tls_protocol: "TLSv1.3",
      tls_cipher: "TLS_AES_256_GCM_SHA384",
      request_id: "abc",
      extra: { $upstream_response_time: "0.001, - : 0.2" },
    },
  },
  {
    notation: '$http_x_forwarded_for "$upstream_addr" $upstream_response_time $host $server_name',
    line: '198.51.100.9, 10.0.0.2 "unix:/tmp/sock" 0.1, 0.2 : 0.3 shop.example www.example:443',
    record: {
      client_ip: "198.51.100.9",
      target_ip: "unix:/tmp/sock",
      target_port: null,
      duration_ms: 600,
      host: "shop.example",
      site: "www.example",
    },
  },
  {
    notation:
      "$remote_addr|$scheme://$http_host$request_uri|$uri|$http_user_agent|$foobar|$request_time$pipe",
    line: "10.0.0.1|https://shop.example:8443/a?b|/index.php|Mozilla/5.0 (X11)||0.100.",
    record: {
      scheme: "https",
      host: "shop.example",
      path: "/a",
      query: "b",
      user_agent: "Mozilla/5.0 (X11)",
      duration_ms: 100,
      extra: { $uri: "/index.php", $pipe: "." },
    },
  },
  {
    notation: "$the_real_ip - [$the_real_ip] $uri$is_args$args $cookie_session",
    line: "1.2.3.4 - [1.2.3.4] /a?b=c d41d8cd9",
    record: {
      client_ip: "1.2.3.4",
      path: "/a",
      query: "b=c",
      extra: { $cookie_session: "d41d8cd9" },
    },
  },
  {
    notation:
      "log_format stream '$remote_addr [$time_local] $protocol $status $bytes_sent $bytes_received $session_time';",
    line: "10.0.0.1 [05/Nov/2026:10:31:02 +0000] TCP 200 5 7 1.500",
    record: { protocol: "TCP", bytes_sent: 5, bytes_received: 7, duration_ms: 1500 },
  },
  {
    notation: 'escape=none \'$remote_addr "$http_user_agent" "$http_cookie"\'',
    line: '10.0.0.1 "a\\b \\x22" ""',
    record: { user_agent: "a\\b \\x22", cookie: null },
  },
];

const json =
  'escape=json \'{"time":"$time_iso8601","ip":"$remote_addr","req":"$request",\'\n \'"status":$status,"t":$request_time,"up":$upstream_response_time,"ua":"$http_user_agent",\' \'"url":"$scheme://$host$request_uri","n":{"id":"$request_id"}}\'';

const nginxJson: readonly Case[] = [
  {
    notation: json,
    line: '{"time":"2026-11-05T10:31:02+01:00","ip":"203.0.113.7","req":"GET /a?b=\\"1\\" HTTP/1.1","status":200,"t":0.012,"up":0.001, 0.010,"ua":"x\\\\y é \\u001b","url":"http://h.example/a","n":{"id":"7"}}',
    record: {
      time: "2026-11-05T09:31:02Z",
      client_ip: "203.0.113.7",
      path: "/a",
      query: 'b="1"',
      status: 200,
      duration_ms: 12,
      user_agent: "x\\y é \u001b",
      request_id: "7",
    },
  },
  {
    notation: json,
    line: '{"time":"2026-11-05T10:31:02+00:00","ip":"203.0.113.7","req":"","status":400,"t":0.000,"up":,"ua":"","url":"http:///","n":{"id":""}}',
    record: { status: 400, user_agent: null, request_id: null, duration_ms: 0 },
  },
  {
    notation: json,
    line: '{ "n": {"id": "7"}, "status": "404", "ip": "203.0.113.7", "time": "2026-11-05T10:31:02Z", "extra": [1], "ua": "a\\/\\u00e9", "url": "http://h.example/b?c", "t": 1.5 }',
    record: {
      time: "2026-11-05T10:31:02Z",
      status: 404,
      user_agent: "a/é",
      host: "h.example",
      path: "/b",
      request_id: "7",
      duration_ms: 1500,
    },
  },
  {
    notation: `escape=json '{"sent":{"length":$bytes_sent},"to":["$upstream_addr"],"status":$status}'`,
    line: '{"status":200, "to":{"0":"10.0.0.9:80"}, "sent":[1,2]}',
    record: { status: 200, bytes_sent: null, target_ip: null },
  },
];

const apache: readonly Case[] = [
  {
    notation: '[%{%d/%b/%Y:%T}t.%{msec_frac}t %{%z}t] %a:%{remote}p %V "%r" %>s %O %{ms}T',
    line: '[05/Nov/2026:10:31:02.345 +0100] 10.0.0.1:4711 shop.example "GET / HTTP/1.1" 200 99 12',
    record: {
      time: "2026-11-05T09:31:02.345Z",
      client_ip: "10.0.0.1",
      client_port: 4711,
      site: "shop.example",
      duration_ms: 12,
    },
  },
  {
    notation: 'LogFormat "%{X-Forwarded-For}i %t \\"%m %U%q %H\\" %{%F}t %{usec}t %%%D" mine',
    line: '198.51.100.9, 10.0.0.2 [05/Nov/2026:10:31:02 +0000] "GET /a?b HTTP/1.1" 2026-11-05 1783246262345678 %250',
    record: { client_ip: "198.51.100.9", query: "b", duration_ms: 0.25 },
  },
];

const squid: readonly Case[] = [
  {
    notation:
      "logformat mine %ts.%03tu %6tr %>a:%>p %>A %Ss/%03>Hs %<st %>st %rm %ru %[un %Sh/%<a:%<p %mt %ssl::>negotiated_version %err_code",
    line: "1783246262.345      7 10.0.0.1:4711 pc7.example TCP_DENIED/403 3921 120 GET http://a.example/x?y b%20c%5B HIER_NONE/-:- text/html TLS/1.3 ERR_ACCESS_DENIED",
    record: {
      time: "2026-07-05T10:11:02.345Z",
      duration_ms: 7,
      client_ip: "10.0.0.1",
      client_port: 4711,
      bytes_received: 120,
      user: "b c[",
      target_ip: null,
      tls_protocol: "TLS/1.3",
      error_code: "ERR_ACCESS_DENIED",
      extra: { "%>A": "pc7.example", "%mt": "text/html" },
    },
  },
  {
    notation:
      '%>a [%{%d/%b/%Y:%H:%M:%S %z}tl] "%rm %ru HTTP/%rv" %>Hs "%{User-Agent}>h" %{Referer}>h %#{X-A}>h',
    line: '10.0.0.1 [05/Nov/2026:10:31:02 +0100] "GET http://a/ HTTP/1.1" 200 "a \\"b\\"" http://b/%20c a%20b',
    record: {
      time: "2026-11-05T09:31:02Z",
      protocol: "HTTP/1.1",
      user_agent: 'a "b"',
      referrer: "http://b/%20c",
    },
  },
  {
    notation: "%tg{%Y-%m-%d %H:%M:%S} %>a %http::>h{User-Agent}",
    line: "2026-11-05 10:31:02 10.0.0.1 Mozilla/5.0%20(X11)",
    record: { time: "2026-11-05T10:31:02Z", user_agent: "Mozilla/5.0 (X11)" },
  },
];

const tomcat: readonly Case[] = [
  {
    notation: "common",
    options: { dialect: "tomcat" },
    line: '10.0.0.1 - - [05/Nov/2026:10:31:02 +0000] "GET / HTTP/1.1" 200 -',
    record: { log_type: "tomcat", bytes_sent: 0 },
  },
  {
    notation:
      "%{begin:yyyy-MM-dd'T'HH:mm:ss.SSSXXX}t %a %v %s %D %F %I %S \"%{X}i\" %{JSESSIONID}c %{a.b}r %{us}T",
    line: '2026-11-05T10:31:02.345+01:00 10.0.0.1 localhost 200 12345 4 http-nio-8080-exec-1 AB12 "a\\u00c3\\u00a9" - - 12345',
    record: {
      time: "2026-11-05T09:31:02.345Z",
      duration_ms: 12.345,
      first_byte_ms: 4,
      session_id: "AB12",
      site: "localhost",
      extra: { "%I": "http-nio-8080-exec-1", "%{X}i": "aé", "%{us}T": "12345" },
    },
  },
  {
    notation: "%h %{yyyy-MM-dd}t %{HH:mm:ss}t.%{msec_frac}t %D",
    options: { dialect: "tomcat9" },
    line: "10.0.0.1 2026-11-05 10:31:02.345 12",
    record: { log_type: "tomcat", time: "2026-11-05T10:31:02.345Z", duration_ms: 12 },
  },
  ...(
    [
      ["tomcat", 12.345],
      ["tomcat9", 12345],
      ["apache", 12.345],
    ] as const
  ).map(([dialect, duration]): Case => ({
    notation: "%h %t %D",
    options: { dialect },
    line: "10.0.0.1 [05/Nov/2026:10:31:02 +0000] 12345",
    record: { duration_ms: duration },
  })),
  ...["tomcat", "tomcat9"].map((dialect): Case => ({
    notation: "%h %t %T %F",
    options: { dialect },
    line: "10.0.0.1 [05/Nov/2026:10:31:02 +0000] 0.123 45",
    record: { duration_ms: 123, first_byte_ms: 45 },
  })),
  {
    notation: "%h %t &quot;%r&quot; %{fracsec}T %{sec}t",
    line: '10.0.0.1 [05/Nov/2026:10:31:02 +0000] "-" 0.123 1783246262',
    record: { method: null, duration_ms: 123 },
  },
];

const varnish: readonly Case[] = [
  {
    notation:
      '%h %t "%r" %s %O %I %D %{Varnish:hitmiss}x %{Varnish:time_firstbyte}x "%{VCL_Log:key}x" %{VSL:Timestamp[1]}x %{ms}T',
    line: '10.0.0.1 [05/Nov/2026:10:31:02 +0000] "GET http://a.example/b?c HTTP/1.1" 200 700 80 1500 miss 0.001234 "x \\"y\\"" Process 1',
    record: {
      bytes_sent: 700,
      bytes_received: 80,
      duration_ms: 1.5,
      cache_result: "miss",
      first_byte_ms: 1.234,
      host: "a.example",
      path: "/b",
      extra: { "%{VCL_Log:key}x": 'x "y"' },
    },
  },
];

const goaccess: readonly Case[] = [
  {
    notation: '%h %^[%d:%t %^] "%r" %s %b "%R" "%u"',
    line: '10.0.0.1 - frank zappa [05/Nov/2026:10:31:02 +0100] "GET / HTTP/1.1" 200 - "-" "a \\"b\\""',
    record: {
      log_type: "goaccess",
      time: "2026-11-05T09:31:02Z",
      bytes_sent: 0,
      user_agent: 'a "b"',
    },
  },
  {
    notation: "%d %t %^ %m %U %q %^ %^ %h %u %R %s %^ %^ %L",
    options: { dateFormat: "%Y-%m-%d", timeFormat: "%H:%M:%S" },
    line: "2026-11-05 10:31:02 W3SVC1 GET /a b=1 80 - 10.0.0.1 Mozilla/5.0+(X11) - 200 0 0 31",
    record: {
      time: "2026-11-05T10:31:02Z",
      path: "/a",
      query: "b=1",
      request_target: "/a?b=1",
      duration_ms: 31,
      user_agent: "Mozilla/5.0+(X11)",
    },
  },
  {
    notation: "%^ %^ %^ %v %^: %x.%^ %~%L %h %^/%s %b %m %U",
    options: { dateFormat: "%s", timeFormat: "%s" },
    line: "Nov 5 10:31:02 proxy squid[7]: 1783246262.345      7 10.0.0.1 TCP_MISS/200 411 GET http://a.example/",
    record: { time: "2026-07-05T10:11:02Z", site: "proxy", duration_ms: 7, host: "a.example" },
  },
  {
    notation:
      'log-format "~h{, }" %e [%x] %K %k %D %T %C\ndate-format %d/%b/%Y:%H:%M:%S %z\ntime-format %T',
    line: '"198.51.100.9, 10.0.0.2" alice [05/Nov/2026:10:31:02 +0000] TLSv1.3 AES 1500 0.002 HIT',
    record: {
      client_ip: "198.51.100.9",
      user: "alice",
      tls_protocol: "TLSv1.3",
      tls_cipher: "AES",
      duration_ms: 1.5,
      cache_result: "HIT",
    },
  },
  {
    notation:
      '{"ts":"%x.%^","request":{"remote_ip":"%h","method":"%m","uri":"%U","headers":{"User-Agent":["%u"]}},"status":"%s"}',
    options: { dialect: "goaccess", dateFormat: "%s", timeFormat: "%s" },
    line: '{"ts":1783246262.5,"status":200,"request":{"remote_ip":"10.0.0.1","method":"GET","uri":"/a?b","headers":{"User-Agent":["x"]}}}',
    record: { time: "2026-07-05T10:11:02.5Z", path: "/a", status: 200, user_agent: "x" },
  },
];

const haproxy: readonly Case[] = [
  {
    notation: '%ci:%cp [%trg] %ft %b/%s %ST %B %U %Ta "%HM %HU %HV" %[req.hdr(User-Agent)] %ID',
    line: '2001:db8::7:4711 [05/Nov/2026:10:31:02 +0000] web~ app/s1 200 5 7 9 "GET /a#23 HTTP/1.1" curl/8 id7',
    record: {
      client_ip: "2001:db8::7",
      client_port: 4711,
      path: "/a#",
      duration_ms: 9,
      user_agent: "curl/8",
      request_id: "id7",
      extra: { backend: "app", server: "s1" },
    },
  },
];

describe.each(
  Object.entries({ nginx, nginxJson, apache, squid, tomcat, varnish, goaccess, haproxy }),
)("%s", (_name, cases) => {
  test.each(cases)("$notation", async ({ notation, options, line, record }) => {
    const format = formatFromNotation(notation, options);
    for (const exactly of [false, true]) {
      const [row] = await parseLines(format, [line], { exactly });
      expect(row?.["reason"]).toBeUndefined();
      expect(row).toMatchObject(withoutNulls(record));
      for (const [column, value] of Object.entries(record)) {
        if (value === null) expect(row, column).not.toHaveProperty(column);
      }
    }
  });
});

test("bytes that are no text are shown in an object that others rewrote", async () => {
  const format = formatFromNotation(json);
  const [row] = await parseLines(format, ['{ "ua":"caf\uEFE9", "status":200 }'], { dirty: true });
  expect(row).toMatchObject({ outcome: "parsed", user_agent: "caf\\xE9" });
});

const withoutNulls = (record: object): object =>
  Object.fromEntries(Object.entries(record).filter(([, value]) => value !== null));

function problemOf(run: () => unknown): Problem {
  try {
    run();
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

describe("refuses with a caret", () => {
  test.each([
    ["nginx", "$remote_addr $ x", "$remote_addr $ x\n             ^", "name"],
    ["nginx", "no variable", "no variable\n^^^^^^^^^^^", "no $variable"],
    ["apache", "%h %Q", "%h %Q\n   ^^", "%Q"],
    ["apache", "%h %{%c}t", "%h %{%c}t\n   ^^^^^^", "%{%c}t"],
    ["squid", "%>a %zz %ru", "%>a %zz %ru\n    ^^", "no such directive"],
    ["squid", "%>a %{%c}tl", "%>a %{%c}tl\n    ^^^^^^^", "%{%c}tl"],
    ["tomcat", "%h %{yyyy GGG}t", "%h %{yyyy GGG}t\n   ^^^^^^^^^^^^", "yyyy GGG"],
    ["tomcat", "%h %Z", "%h %Z\n   ^^", "%Z"],
    ["varnish", "%h %{Foo:bar}x", "%h %{Foo:bar}x\n   ^^^^^^^^^^^", "Foo:bar"],
    ["goaccess", "%h %J", "%h %J\n   ^^", "%J"],
    ["goaccess", '{"a":"%h",}', '{"a":"%h",}\n          ^', "JSON"],
    ["haproxy", "%ci %zz", "%ci %zz\n    ^^^", "%zz"],
  ])("%s %s", (dialect, notation, where, why) => {
    const problem = problemOf(() => formatFromNotation(notation, { dialect }));
    expect(problem.where).toBe(where);
    expect(problem.why).toContain(why);
    expect(problem.exit).toBe(2);
  });

  test("an unknown dialect", () => {
    expect(problemOf(() => formatFromNotation("%h", { dialect: "iis" })).help).toContain("squid");
  });
});

describe("recognises whose notation it is", () => {
  test.each([
    ["$remote_addr $status", "nginx"],
    ["%h %^[%d:%t %^] %r", "goaccess"],
    ["%x %h", "goaccess"],
    ["%ts.%03tu %6tr %>a %Ss/%03>Hs %<st %rm %ru %[un %Sh/%<a %mt", "squid"],
    ['%>a %[ui %[un [%tl] "%rm %ru HTTP/%rv" %>Hs %<st', "squid"],
    ["%{User-Agent}>h %un", "squid"],
    ["%h %t %{yyyy-MM-dd}t", "tomcat"],
    ["%h %l %u %t %S", "tomcat"],
    ["%h %{Varnish:hitmiss}x", "varnish"],
    ["%ci:%cp [%tr] %ft", "haproxy"],
    ["%[src] %{+Q}r", "haproxy"],
    ['%h %l %u %t "%r" %>s %b %D', "apache"],
    ["%{%Y-%m-%dT%H:%M:%S%z}t %H %m %U%q %>s %O", "apache"],
    ["%{local}p,%{remote}p %{pid}P", "apache"],
    ['LogFormat "%h %{c}a %{Foo}C" x', "apache"],
  ])("%s is %s's", (notation, dialect) => {
    const notes: string[] = [];
    expect(formatFromNotation(notation, {}, (note) => notes.push(note)).name).toBe(dialect);
    expect(notes).toEqual([]);
  });

  test.each([
    [
      "%h %t %r %s %b %D",
      "apache",
      "The format string is read as Apache's; --dialect tomcat, --dialect tomcat9 and --dialect goaccess read it otherwise",
    ],
    [
      "%h %t %r %s %b %T",
      "apache",
      "The format string is read as Apache's; --dialect tomcat and --dialect goaccess read it otherwise",
    ],
    [
      "%h %t %r %s %b %D %S",
      "tomcat",
      "The format string is read as Tomcat's; --dialect tomcat9 reads it otherwise",
    ],
  ])("%s: and says what it took where others read it otherwise", (notation, dialect, note) => {
    const notes: string[] = [];
    expect(formatFromNotation(notation, {}, (text) => notes.push(text)).name).toBe(dialect);
    expect(notes).toEqual([note]);
  });
});

describe("configuration files", () => {
  let folder: string;
  const put = (name: string, text: string): string => {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return path;
  };
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "culprit-conf-"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test("nginx.conf with includes, comments and pieces over several lines", () => {
    const path = put(
      "nginx/nginx.conf",
      `user www-data;
http {
  # log_format wrong '$nothing';
  log_format other "$status";
  log_format main escape=json '$remote_addr # $remote_user; {}'
                  ' "$request" "\\$host"' ;   # the one
  map $a $b { "~*;}" 1; default ""; }
  content_by_lua_block { ngx.say("a { b"); -- it's }
  }
  include sites/*;
  include /nowhere/*.conf;
}`,
    );
    put("nginx/sites/a", "server { access_log /var/log/a.log main buffer=32k; access_log off; }");
    const format = formatFromNotation(path);
    expect(format.name).toBe("nginx");
    expect(format.notation).toBe('$remote_addr # $remote_user; {} "$request" "\\$host"');
    expect(formatFromNotation(`${path}#other`).notation).toBe("$status");
    expect(formatFromNotation(`${path}#combined`).notation).toContain("$http_user_agent");
    put("nginx/sites/b", "server { access_log /var/log/b.log other; access_log b.log; }");
    const several = problemOf(() => formatFromNotation(path));
    expect(several.where).toContain(`${path}#main`);
    expect(several.where).toContain(`${path}#other`);
    expect(several.where).toContain(`${path}#combined`);
    expect(several.help).toContain("--log-format");
    const unknown = problemOf(() => formatFromNotation(`${path}#mian`));
    expect(unknown.why).toContain("other, main");
  });

  test("nginx.conf without a log_format is combined", () => {
    const path = put("plain.conf", "events {}\nhttp { access_log /var/log/access.log; }");
    expect(formatFromNotation(path).notation).toContain('"$http_referer"');
  });

  test("httpd.conf with includes, continued lines and a nickname", () => {
    const path = put(
      "apache/conf/httpd.conf",
      `ServerRoot "${join(folder, "apache")}"
Listen 80
# CustomLog logs/no "%h"
LogFormat "%h %l %u %t \\"%r\\" %>s %b" common
logformat "%v %h %t \\
  \\"%r\\" %>s" mine
<IfModule log_config_module>
  IncludeOptional conf.d/*.conf
</IfModule>`,
    );
    put("apache/conf.d/site.conf", 'CustomLog "logs/access log" mine env=!quiet');
    expect(formatFromNotation(path).notation).toBe('%v %h %t    "%r" %>s');
    expect(formatFromNotation(`${path}#common`).notation).toBe('%h %l %u %t "%r" %>s %b');
    put("apache/conf.d/other.conf", 'CustomLog logs/x "%h %D"\nTransferLog logs/t');
    const several = problemOf(() => formatFromNotation(path));
    expect(several.where).toContain(`${path}#mine`);
    expect(several.where).toContain("%h %D");
  });

  test("a path where nothing is, and a file of another kind", () => {
    expect(problemOf(() => formatFromNotation("/nowhere/nginx.conf")).code).toBe("missing-file");
    const path = put("notes.conf", "remember the milk");
    expect(problemOf(() => formatFromNotation(path)).message).toContain("neither an nginx.conf");
  });
});

describe("GoAccess's preset names are known", () => {
  test.each([
    ["COMBINED", "combined"],
    ["VCOMBINED", "vhost"],
    ["COMMON", "common"],
    ["VCOMMON", "vhost"],
    ["W3C", "w3c"],
    ["CLOUDFRONT", "cloudfront"],
    ["CLOUDSTORAGE", "cloudstorage"],
    ["AWSELB", "elb"],
    ["AWSALB", "alb"],
    ["AWSS3", "s3"],
    ["SQUID", "squid"],
    ["CADDY", "caddy"],
    ["TRAEFIKCLF", "traefik"],
  ])("%s is %s", (preset, name) => {
    expect(findFormat(preset)?.name).toBe(name);
  });
});
