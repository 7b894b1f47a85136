import { present, type Kind } from "./kind.js";
import { PHRASE } from "./text.js";

/** `GET /path?query HTTP/1.1`; what a broken client sent instead stays in `request_target`. */
export function requestLine(options: { ascii?: boolean } = {}): Kind {
  const odd = (c: string, group: number): string =>
    `nullif(regexp_extract(${c}, '^(?s)([A-Za-z][A-Za-z0-9_.-]*) +(.*?)(?: +([A-Z]+/[0-9.]+))? *$', ${group}), '')`;
  const whole = (t: string): string => `len(${t}) = 3 AND starts_with(${t}[3], 'HTTP/')`;
  const joined = (t: string): string => `array_to_string(${t}, ' ')`;
  return {
    name: "request",
    pattern: PHRASE,
    spaces: 0,
    wants: "a request line",
    typed: (c) => `string_split(${present(c)}, ' ')`,
    ...(options.ascii === true ? { ascii: true } : {}),
    columns: {
      method: (t) => `CASE WHEN ${whole(t)} THEN ${t}[1] ELSE ${odd(joined(t), 1)} END`,
      // Tomcat writes a dash for a target that it cannot read.
      request_target: (t) =>
        `nullif(CASE WHEN ${whole(t)} THEN ${t}[2] ELSE coalesce(${odd(joined(t), 2)}, ${joined(t)}) END, '-')`,
      protocol: (t) => `CASE WHEN ${whole(t)} THEN ${t}[3] ELSE ${odd(joined(t), 3)} END`,
    },
    rank: 1,
    quick: {
      typed: (c) => `string_split(${c}, ' ')`,
      valid: (_c, t) => `${whole(t)} AND ${t}[2] <> '-'`,
      columns: {
        method: (t) => `${t}[1]`,
        request_target: (t) => `${t}[2]`,
        protocol: (t) => `${t}[3]`,
      },
    },
  };
}
