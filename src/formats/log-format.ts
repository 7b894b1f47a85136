import { Problem } from "../problems/problem.js";
import type { Format } from "./format.js";
import type { Layout } from "./layout.js";
import { apacheLayout } from "./notations/apache.js";
import { confFormat } from "./notations/conf-format.js";
import { goaccessJson } from "./notations/goaccess-json.js";
import { goaccessLayout, type GoAccessOptions } from "./notations/goaccess.js";
import { guessDialect } from "./notations/guess.js";
import { haproxyLayouts } from "./notations/haproxy.js";
import { logFormatOf, nginxDirectives } from "./notations/nginx-conf.js";
import { jsonTemplatePortable } from "./notations/nginx-json-portable.js";
import { isJsonTemplate, jsonTemplateReader } from "./notations/nginx-json.js";
import { nginxItems, nginxLayout, type NginxEscape } from "./notations/nginx.js";
import { dialects, type Dialect } from "./notations/refusal.js";
import { squidLayout } from "./notations/squid.js";
import { tomcatLayout } from "./notations/tomcat.js";
import { varnishLayout } from "./notations/varnish.js";

export type { Dialect } from "./notations/refusal.js";

export interface NotationOptions extends GoAccessOptions {
  /** Whose notation it is; recognised from the string when absent. */
  readonly dialect?: string;
}

/**
 * The format of lines that a server writes under this format string, or under the one that its
 * configuration file (`/etc/nginx/nginx.conf`, `httpd.conf#combined`) uses. It is named after the
 * dialect; `note` hears which one was taken where others read the same string otherwise.
 *
 * `formatFromNotation('$remote_addr [$time_local] "$request" $status')` reads nginx's lines.
 */
export function formatFromNotation(
  text: string,
  options: NotationOptions = {},
  note: (text: string) => void = () => {},
): Format {
  const wanted = options.dialect === undefined ? undefined : dialectOf(options.dialect);
  const found = confFormat(text, wanted);
  if (found?.escape !== undefined) return nginxFormat(found.notation, found.escape);
  if (found !== undefined) return compile[found.dialect](found.notation, options);
  const notation = text.trim();
  if (wanted !== undefined) return compile[wanted](notation, options);
  const { dialect, others } = guessDialect(notation);
  if (others.length > 0) {
    const choices = others.map((other) => `--dialect ${other}`);
    const verb = choices.length === 1 ? "reads" : "read";
    note(
      `The format string is read as ${dialects[dialect].owner}'s; ${choices.join(", ").replace(/, ([^,]+)$/, " and $1")} ${verb} it otherwise`,
    );
  }
  return compile[dialect](notation, options);
}

function dialectOf(name: string): Dialect {
  const names = Object.keys(dialects) as Dialect[];
  const known = names.find((dialect) => dialect === name.toLowerCase());
  if (known !== undefined) return known;
  throw new Problem({
    code: "bad-flag",
    what: `There is no dialect ${name}`,
    help: `Use one of ${names.join(", ")}`,
    exit: 2,
  });
}

const compile: Record<Dialect, (notation: string, options: NotationOptions) => Format> = {
  apache: (text) => {
    const notation = argument(text, /^LogFormat\s+"((?:[^"\\]|\\.)*)"/i);
    return anonymous("apache", notation, orEmpty(apacheLayout(notation)));
  },
  nginx: (text) => {
    const { notation, escape } = nginxString(text);
    return nginxFormat(notation, escape);
  },
  squid: (text) => {
    const notation = argument(text, /^logformat\s+\S+\s+(.*)$/s);
    return anonymous("squid", notation, [squidLayout(notation)]);
  },
  tomcat: (notation) => anonymous("tomcat", notation, orEmpty(tomcatLayout(notation))),
  tomcat9: (notation) =>
    anonymous("tomcat", notation, orEmpty(tomcatLayout(notation, { timeTaken: "ms" }))),
  varnish: (notation) => anonymous("varnish", notation, [varnishLayout(notation)]),
  haproxy: (text) => {
    const notation = argument(text, /^log-format\s+["']?(.*?)["']?$/s);
    return anonymous("haproxy", notation, haproxyLayouts(notation));
  },
  goaccess: (text, options) => {
    const { logFormat, ...formats } = goaccessConf(text);
    const known = { ...formats, ...options };
    if (!isJsonTemplate(logFormat)) {
      return anonymous("goaccess", logFormat, [goaccessLayout(logFormat, known)]);
    }
    return { ...described("goaccess", logFormat), json: goaccessJson(logFormat, known) };
  },
};

/** What a directive holds; any other text is the format string itself. */
const argument = (text: string, directive: RegExp): string => directive.exec(text)?.[1] ?? text;

const described = (dialect: Dialect, notation: string) => ({
  name: dialect,
  aliases: [],
  about: `The ${dialects[dialect].called} given`,
  notation,
  samples: [],
  refusals: [],
});

const anonymous = (dialect: Dialect, notation: string, layouts: readonly Layout[]): Format => ({
  ...described(dialect, notation),
  layouts,
});

/** Servers that pad nothing write two blanks around a header that was sent without a value. */
const orEmpty = (layout: Layout): Layout[] => [layout, { ...layout, oneBlank: true }];

function nginxFormat(notation: string, escape: NginxEscape): Format {
  const layout = nginxLayout(notation, escape);
  if (!isJsonTemplate(notation)) return anonymous("nginx", notation, orEmpty(layout));
  const items = nginxItems(notation);
  return {
    ...anonymous("nginx", notation, [layout]),
    reads: {
      exact: (_, slots) => jsonTemplateReader(layout, items, slots),
      portable: (_, slots) => jsonTemplatePortable(layout, items, slots),
    },
  };
}

/** A string as it stands in nginx.conf: a whole directive, `escape=json '…'`, pieces in quotes. */
function nginxString(text: string): { notation: string; escape: NginxEscape } {
  const directive = /^log_format\s/.test(text);
  if (!directive && !/^(?:escape=\w+\s|')/.test(text)) {
    return { notation: text, escape: "default" };
  }
  const [words = []] = nginxDirectives(text);
  return logFormatOf(directive ? words.slice(2) : words);
}

/** The lines of a goaccess.conf that say what the log looks like; other text is a log-format. */
function goaccessConf(text: string): GoAccessOptions & { logFormat: string } {
  const value = (name: string): string | undefined =>
    new RegExp(`^\\s*${name}[-_]format[ \\t]+(.*?)[ \\t]*$`, "m").exec(text)?.[1];
  const dateFormat = value("date") ?? value("datetime");
  const timeFormat = value("time");
  return {
    logFormat: value("log") ?? text,
    ...(dateFormat === undefined ? {} : { dateFormat }),
    ...(timeFormat === undefined ? {} : { timeFormat }),
  };
}
