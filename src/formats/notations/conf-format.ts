import { statSync } from "node:fs";
import { Problem } from "../../problems/problem.js";
import { readConf } from "./conf-files.js";
import { httpdConfFormat } from "./httpd-conf.js";
import { nginxConfFormat } from "./nginx-conf.js";
import type { NginxEscape } from "./nginx.js";
import type { Dialect } from "./refusal.js";

/** A format string that a configuration file holds. */
export interface FoundFormat {
  readonly dialect: Dialect;
  readonly notation: string;
  readonly escape?: NginxEscape;
}

/** The format string that `nginx.conf` or `httpd.conf#combined` stands for; undefined for no path. */
export function confFormat(text: string, dialect: Dialect | undefined): FoundFormat | undefined {
  const conf = confPath(text);
  if (conf === undefined) return undefined;
  const content = readConf(conf.path);
  const owner = dialect ?? owners.find(([, sign]) => sign.test(content))?.[0];
  if (owner === "nginx") return { dialect: owner, ...nginxConfFormat(conf.path, conf.name) };
  if (owner === "apache") return { dialect: owner, ...httpdConfFormat(conf.path, conf.name) };
  if (owner === "goaccess") return { dialect: owner, notation: content };
  throw new Problem({
    code: "bad-log-format",
    what: `${conf.path} is neither an nginx.conf nor an httpd.conf`,
    help: "Give --log-format the format string itself",
    exit: 2,
  });
}

/** What only one server's configuration has. */
const owners: readonly (readonly [Dialect, RegExp])[] = [
  [
    "nginx",
    /^\s*(?:log_format\s+\S+\s+(?:escape=|['"$])|(?:access_log|http|server|events|include)\b[^\n]*[;{])/m,
  ],
  ["apache", /^\s*(?:(?:LogFormat|CustomLog|TransferLog|ServerRoot|Listen|Include\w*)\s|<\w)/im],
  ["goaccess", /^\s*log[-_]format\s/m],
];

/** `nginx.conf` or `nginx.conf#main`, where there is such a file. */
function confPath(text: string): { path: string; name: string | undefined } | undefined {
  if (/[\n$%"]/.test(text)) return undefined;
  if (isFile(text)) return { path: text, name: undefined };
  const [path = text, name] = /^(.*)#([^#/]*)$/.exec(text)?.slice(1) ?? [];
  if (name !== undefined && isFile(path)) return { path, name };
  if (!/\.conf$|^\.{0,2}\//.test(path)) return undefined;
  throw new Problem({
    code: "missing-file",
    what: `There is no file ${path}`,
    help: "Give --log-format a format string, or a path to nginx.conf or httpd.conf",
    exit: 2,
  });
}

const isFile = (path: string): boolean =>
  statSync(path, { throwIfNoEntry: false })?.isFile() === true;
