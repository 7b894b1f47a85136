import { dirname, resolve } from "node:path";
import { chooseFormat, includedFiles, readConf, type ConfFormat } from "./conf-files.js";
import type { NginxEscape } from "./nginx.js";

export interface NginxFormat extends ConfFormat {
  readonly escape: NginxEscape;
}

/** What nginx's own `combined` is, which needs no definition. */
export const NGINX_COMBINED =
  '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent"';

/**
 * The log_format that an nginx.conf's access_log uses, with what it includes; `name` chooses among
 * several. https://nginx.org/en/docs/http/ngx_http_log_module.html#access_log
 */
export function nginxConfFormat(path: string, name?: string): NginxFormat {
  const formats = new Map<string, NginxFormat>();
  const used = new Set<string>();
  const seen = new Set<string>();
  const read = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const [directive, ...args] of nginxDirectives(readConf(file))) {
      const [first = "", second] = args;
      if (directive === "include") {
        includedFiles(first, [dirname(resolve(path))]).forEach(read);
      } else if (directive === "log_format") {
        formats.set(first, {
          name: first,
          choice: `${path}#${first}`,
          ...logFormatOf(args.slice(1)),
        });
      } else if (directive === "access_log" && first !== "off") {
        used.add(second === undefined || second.includes("=") ? "combined" : second);
      }
    }
  };
  read(resolve(path));
  const combined: NginxFormat = {
    name: "combined",
    choice: `${path}#combined`,
    notation: NGINX_COMBINED,
    escape: "default",
  };
  const defined = [...formats.values()];
  const find = (wanted: string): NginxFormat[] =>
    defined
      .filter((format) => format.name === wanted)
      .concat(wanted === "combined" ? combined : [])
      .slice(0, 1);
  // Without any log_format and access_log nginx writes its own.
  const all = defined.length === 0 || name === "combined" ? [...defined, combined] : defined;
  return chooseFormat(path, name, [...used].flatMap(find), all);
}

/** The arguments of a log_format after its name: `escape=json '…' '…'`. */
export function logFormatOf(args: readonly string[]): { notation: string; escape: NginxEscape } {
  const escape = /^escape=(default|json|none)$/.exec(args[0] ?? "")?.[1] as NginxEscape | undefined;
  return {
    notation: (escape === undefined ? args : args.slice(1)).join(""),
    escape: escape ?? "default",
  };
}

/** A word in quotes, a word, a comment, or what ends a directive. */
const TOKEN =
  /\s+|#[^\n]*|"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|([;{}])|((?:\$\{\w*\}|[^\s;{}\\"'#]|\\.|(?<=\S)["'#])+)/gs;

/** Every directive of an nginx configuration with its arguments; blocks are opened, not nested. */
export function* nginxDirectives(conf: string): Generator<string[]> {
  let words: string[] = [];
  for (const [, double, single, end, bare] of withoutLua(conf).matchAll(TOKEN)) {
    const word = double ?? single ?? bare;
    if (word !== undefined) words.push(unescaped(word));
    if (end === undefined) continue;
    if (words.length > 0) yield words;
    words = [];
  }
  if (words.length > 0) yield words;
}

/** `\"`, `\'`, `\\`, `\t`, `\r` and `\n`; any other backslash stays. */
const unescaped = (word: string): string =>
  word.replace(/\\(["'\\trn])/g, (_, char: string) =>
    char === "t" ? "\t" : char === "r" ? "\r" : char === "n" ? "\n" : char,
  );

/** Lua in braces has its own quotes and comments. */
function withoutLua(conf: string): string {
  const begin = /\w+_by_lua_block\s*\{/g;
  let kept = "";
  let from = 0;
  for (let match = begin.exec(conf); match !== null; match = begin.exec(conf)) {
    kept += conf.slice(from, match.index);
    let depth = 1;
    let at = begin.lastIndex;
    for (; at < conf.length && depth > 0; at++) {
      if (conf[at] === "{") depth++;
      else if (conf[at] === "}") depth--;
    }
    from = at;
    begin.lastIndex = at;
  }
  return kept + conf.slice(from);
}
