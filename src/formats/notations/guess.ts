import type { Dialect } from "./refusal.js";

/** What only one owner writes, by dialect; the first that is found decides. */
const signs: readonly (readonly [Dialect, RegExp])[] = [
  ["nginx", /^log_format\s|\$\{?[a-z]\w*/],
  ["goaccess", /%\^|~h\{|%d[^%]*%t|%x|^\s*(?:log|date|time)[-_]format\s+\S*%/m],
  ["haproxy", /^log-format\s|%(?:ci|cp|ft|fi|si|ST|TR|Ta|Tw|tsc|hrl?|bq|sq)\b|%\{[+-]|%\[/],
  ["squid", /^logformat\s|%[-"'#/\d.[]*(?:\{[^}]*\})?(?:[hs]\w+::|[<>][aAp]|[<>]?st|>?ru|tr\b)/],
  ["squid", /%[-"'#/\d.[]*(?:\{[^}]*\})?(?:t[sulg]|r[mvp]|u[nile]|S[sh]|>Hs|>h|mt)\b/],
  ["varnish", /%\{(?:Varnish|VCL_Log|VSL):/],
  ["tomcat", /^(?:common|combined)$|&quot;|%\{[^}]*(?:yyyy|HH:mm)[^}]*\}t/],
  ["tomcat", /%\{[^}]*\}[crs](?![A-Za-z])|%[SF](?![A-Za-z])/],
];

export interface Guess {
  readonly dialect: Dialect;
  /** Dialects that read the same string otherwise. */
  readonly others: readonly Dialect[];
}

/** Whose notation a string most likely is. */
export function guessDialect(notation: string): Guess {
  const sure = signs.find(([, sign]) => sign.test(notation));
  if (sure !== undefined) return { dialect: sure[0], others: [] };
  // Tomcat's %D and %T have other units, to GoAccess %R and %u are headers.
  const doubtful = /%[DTRS](?![A-Za-z])/.test(notation);
  const apache = /^LogFormat\s|%[<>!\d]|%\{[^}]*\}[ieox]/i.test(notation);
  return { dialect: "apache", others: doubtful && !apache ? ["tomcat", "goaccess"] : [] };
}
