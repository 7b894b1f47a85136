import { Problem } from "../../problems/problem.js";

/** A notation in which a server's owner tells what its log lines look like. */
export type Dialect =
  "apache" | "nginx" | "squid" | "tomcat" | "tomcat9" | "varnish" | "goaccess" | "haproxy";

interface DialectWords {
  readonly owner: string;
  /** What its owner calls such a string. */
  readonly called: string;
  readonly docs: string;
}

/** How each dialect is spoken of, with the page of its owner's documentation. */
export const dialects: Record<Dialect, DialectWords> = {
  apache: {
    owner: "Apache",
    called: "LogFormat string",
    docs: "https://httpd.apache.org/docs/2.4/mod/mod_log_config.html#formats",
  },
  nginx: {
    owner: "nginx",
    called: "log_format",
    docs: "https://nginx.org/en/docs/http/ngx_http_log_module.html#log_format",
  },
  squid: {
    owner: "Squid",
    called: "logformat",
    docs: "https://www.squid-cache.org/Doc/config/logformat/",
  },
  tomcat: {
    owner: "Tomcat",
    called: "AccessLogValve pattern",
    docs: "https://tomcat.apache.org/tomcat-10.1-doc/config/valve.html#Access_Log_Valve",
  },
  tomcat9: {
    owner: "Tomcat",
    called: "AccessLogValve pattern",
    docs: "https://tomcat.apache.org/tomcat-9.0-doc/config/valve.html#Access_Log_Valve",
  },
  varnish: {
    owner: "Varnish",
    called: "varnishncsa format",
    docs: "https://varnish-cache.org/docs/trunk/reference/varnishncsa.html#format",
  },
  goaccess: { owner: "GoAccess", called: "log-format", docs: "https://goaccess.io/man#custom-log" },
  haproxy: {
    owner: "HAProxy",
    called: "log-format",
    docs: "https://docs.haproxy.org/3.0/configuration.html#8.2.6",
  },
};

/** Why a notation cannot be compiled, with a caret under `length` characters from `at`. */
export function refusal(
  dialect: Dialect,
  notation: string,
  at: number,
  length: number,
  why: string,
): Problem {
  const { called, docs } = dialects[dialect];
  const from = Math.max(0, at);
  return new Problem({
    code: "bad-log-format",
    what: `The ${called} cannot be compiled`,
    where: `${notation.replace(/[\t\r\n]/g, " ")}\n${" ".repeat(from)}${"^".repeat(Math.max(1, length))}`,
    why,
    help: `See ${docs}; with --dialect another notation can be chosen`,
    exit: 2,
  });
}
