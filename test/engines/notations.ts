import type { Format } from "../../src/formats/format.js";
import { formatFromNotation, type NotationOptions } from "../../src/formats/log-format.js";

/** A format string under a name of its own, with lines of it. */
const written = (
  name: string,
  notation: string,
  lines: readonly string[],
  options: NotationOptions = {},
): Format => ({
  ...formatFromNotation(notation, options),
  name,
  samples: lines.map((line) => ({ line, record: {} })),
});

const ITEMS =
  '"time":"$time_iso8601","ip":"$remote_addr","user":"$remote_user","req":"$request","status":$status,' +
  '"t":$request_time,"up":"$upstream_response_time","ua":"$http_user_agent"';

const line = (values: Readonly<Record<string, string>> = {}): string =>
  `{${Object.entries({
    ...{ time: '"2026-11-05T10:31:02+01:00"', ip: '"203.0.113.7"', user: '""' },
    ...{ req: '"GET /a?b=1 HTTP/1.1"', status: "200", t: "0.012", up: '"0.001, 0.010"', ua: '"x"' },
    ...values,
  })
    .map(([name, value]) => `"${name}":${value}`)
    .join(",")}}`;

/** The same object as another program would write it: by its names, and never as the template stands. */
const rewritten = (values: Readonly<Record<string, string>> = {}): string =>
  line(values).replace(/^\{/, '{ "host":"web-1", ');

/** What stands for a value, as nginx, a relay or a hostile client has it. */
const TEXTS = [
  ...[
    '"a \\"b\\" \\\\ \\/ \\b\\f\\n\\r\\t"',
    '"\\u001B[31m\\u007f"',
    '"\\u0000"',
    '"\\u0041\\u00e9"',
  ],
  ...[
    '"\\u00c3\\u00a9"',
    '"\\ud83d\\ude00"',
    '"\\ud83d"',
    '"\\\\u0041 \\\\x41"',
    '"\\xC3\\xA9\\x1b\\x00"',
  ],
  ...['"é\u00a0🦄"', '"-"', '""', '" "', "-", "", "null", "true", "7", "7.50", "[1]", '{"a":[]}'],
  ...['"\\q"', '"\\u00"', '"a', '"\\uf8fe"', '"\\u2028\u2028"'],
];
const NUMBERS = [
  ...["0", "-0", "0.0", "12.0", "12.500", "1e3", "007", "+5", ".5", "5.", "-1", "NaN"],
  ...["0.000012", "0.0000001", "1234567890123456", "99999999999999999999", '"404"', '" 404"'],
  ...[
    '"0x1F"',
    '"1_0"',
    '"1e2"',
    '"0.5"',
    '" 0.5"',
    '"inf"',
    '"-"',
    '""',
    "-",
    "",
    "null",
    "false",
  ],
];
const TIMES = [
  ...["2026-11-05T10:31:02.125Z", "2026-11-05 10:31:02", "2026-11-05", "2026-02-30T10:31:02Z"],
  ...["05/Nov/2026:10:31:02 +0100", " 2026-11-05T10:31:02Z", "infinity", "epoch", "-", ""],
];

const both = (values: Readonly<Record<string, string>>): string[] => [
  line(values),
  rewritten(values),
];

const flat = [
  ...both({}),
  ...TEXTS.flatMap((text) => [
    ...both({ req: text }),
    ...both({ ua: text }),
    ...both({ user: text }),
  ]),
  ...NUMBERS.flatMap((number) => [...both({ status: number }), ...both({ t: number })]),
  ...NUMBERS.flatMap((number) => both({ up: number })),
  ...TIMES.flatMap((time) => both({ time: `"${time}"` })),
  ...both({ ip: '"::ffff:192.0.2.1"' }),
  ...["2001:db8:0::1", "FE80:0::1%ETH0", "fe80::1%", "fe80::1%e-0", "::ffff:192.0.2.1%e0"].flatMap(
    (ip) => both({ ip: `"${ip}"` }),
  ),
  ...["::192.0.2.1%e0", "64:ff9b::192.0.2.1%e0", "192.0.2.1%e0", "[fe80::1%e0]"].flatMap((ip) =>
    both({ ip: `"${ip}"` }),
  ),
  '{"status":404,"status":500}',
  `${line().slice(0, -1)},"status":500}`,
  `${line()} x`,
  ` \t${line()} \t`,
  `[${line()}]`,
  '{"ua":null}',
  '{"other":1,"ua":"x"}',
  '{"status":200,"other":{"a":1,"a":2},"more":[1.0,"\\u0041"]}',
  '{"status":200,"other":1e400}',
  "[]",
  '[{"length":5}]',
  "{}",
  "{",
  "",
  "nothing",
];

const NESTED = [
  '{"http.request":{"method":"GET","uri":"/a?b"},"url":"https://h.example/a","to":["10.0.0.1:80","7"],"length":5,"at":"05/Nov/2026:10:31:02 +0100","took":"0.5"}',
  '{"to":["10.0.0.1:80", 7.0],"http.request":{"uri":"/a\\u00e9","method":"GET"}}',
  '{"to":{"0":"10.0.0.1:80","length":3},"http.request":{"method":"GET","method":"PUT"}}',
  '{"to":[],"http.request":["GET"],"url":"https://h.example/\\"a\\""}',
  '{"http":{"request":{"method":"GET"}},"url":"h.example/a"}',
  '{"url":"ftp://h.example:21/a b"}',
  '{"url":"https:///"}',
  '{"at":"05/Nov/2026:10:31:02","took":" 1"}',
  '{"at":"-","took":"-"}',
  '{"took":1.50,"length":null}',
  '{"length":12.0}',
  "[1,2]",
];

/** Templates of JSON of every kind: flat and nested, with each of nginx's three ways to escape. */
const templates: readonly Format[] = [
  written("nginx-json", `escape=json '{${ITEMS}}'`, flat),
  written("nginx-json-default", `log_format j '{${ITEMS}}';`, flat),
  written("nginx-json-none", `escape=none '{${ITEMS}}'`, flat),
  written(
    "nginx-json-nested",
    `escape=json '{"http.request":{"method":"$request_method","uri":"$request_uri"},"url":"$scheme://$http_host$uri",` +
      `"to":["$upstream_addr","$connection"],"length":$request_length,"at":"$time_local","took":"$request_time"}'`,
    NESTED,
  ),
  // A name that stands twice, and a template that is no JSON: only what nginx writes can be read.
  written("nginx-json-twice", `escape=json '{"a":"$remote_addr","a":"$status","b":$msec}'`, [
    '{"a":"192.0.2.1","a":"200","b":1762335062.125}',
    '{"b":1762335062.125,"a":"200"}',
    '{"a":"x\\u001by","a":"-","b":1762335062.125}',
    '{"a":"200"}',
    '{"b":-1}',
  ]),
  written("nginx-json-broken", `escape=json '{"a":"$remote_addr","s":$status,}'`, [
    '{"a":"192.0.2.1","s":200,}',
    '{"a":"192.0.2.1","s":,}',
    '{"a":"x\\u00e9","s":,}',
    '{"a":"192.0.2.1","s":200}',
  ]),
];

const REQUEST = '"GET /a HTTP/1.1" 200';

/** Times in every conversion that is read, and such that are divided between two fields. */
const times: readonly Format[] = [
  written(
    "goaccess-times",
    "%d|%h|%t|%r|%s",
    [
      "05/Nov/2026|192.0.2.1|10:31:02|GET / HTTP/1.1|200",
      "29/Feb/2024|192.0.2.1|23:59:59|GET / HTTP/1.1|200",
      "29/Feb/2026|192.0.2.1|23:59:59|GET / HTTP/1.1|200",
      "5/Nov/2026|192.0.2.1|1:2:3|GET / HTTP/1.1|200",
      "05/Nox/2026|192.0.2.1|24:00:00|GET / HTTP/1.1|200",
    ],
    { dialect: "goaccess", dateFormat: "%d/%b/%Y", timeFormat: "%H:%M:%S" },
  ),
  written(
    "goaccess-json-times",
    '{"d":"%d","t":"%t","h":"%h","r":"%r","s":"%s"}',
    [
      '{"d":"05/Nov/2026","t":"10:31:02","h":"192.0.2.1","r":"GET / HTTP/1.1","s":"200"}',
      '{"d":"","t":"","h":"192.0.2.1","r":"GET / HTTP/1.1","s":"200"}',
      '{"d":"2026-11-05","t":"nothing","h":"192.0.2.1","r":"GET / HTTP/1.1","s":"200"}',
    ],
    { dialect: "goaccess", dateFormat: "%d/%b/%Y", timeFormat: "%H:%M:%S" },
  ),
  written("zoned-clock", `%{%F}t %h %{%T %z}t "%r" %>s`, [
    `2026-11-05 192.0.2.1 00:31:02 +0100 ${REQUEST}`,
    `2026-11-05 192.0.2.1 23:31:02 -0130 ${REQUEST}`,
  ]),
  ...(
    [
      [
        "short-year",
        "%y-%m-%d %T",
        ["68-11-05 10:31:02", "69-11-05 10:31:02", "00-02-29 00:00:00"],
      ],
      [
        "day-of-year",
        "%Y %j %T %z",
        ["2026 060 00:31:02 +0100", "2024 60 00:31:02 +0000", "2026 366 00:00:00 +0000"],
      ],
      [
        "halves",
        "%F %I:%M:%S %p",
        [
          "2026-11-05 12:31:02 AM",
          "2026-11-05 12:31:02 pm",
          "2026-11-05 1:31:02 Pm",
          "2026-11-05 13:31:02 AM",
        ],
      ],
      [
        "half-of-24",
        "%F %H:%M:%S %p",
        ["2026-11-05 00:31:02 PM", "2026-11-05 12:31:02 AM", "2026-11-05 13:31:02 PM"],
      ],
      [
        "names",
        "%A %d %B %Y %T",
        [
          "Monday 05 November 2026 10:31:02",
          "friday 5 MAY 2026 10:31:02",
          "Mon 05 May 2026 10:31:02",
        ],
      ],
      [
        "short-names",
        "%a %b %e %T %Y",
        ["Thu Nov  5 10:31:02 2026", "MON may 15 10:31:02 2026", "Monday May 15 10:31:02 2026"],
      ],
      ["percent", "%F%%%T", ["2026-11-05%10:31:02"]],
    ] as const
  ).map(([name, format, texts]) =>
    written(
      `time-${name}`,
      `%h [%{${format}}t] "%r" %>s`,
      texts.map((text) => `192.0.2.1 [${text}] ${REQUEST}`),
    ),
  ),
];

/** Format strings that the named formats do not stand for. */
export const notations: readonly Format[] = [...templates, ...times];
