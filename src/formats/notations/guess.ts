import type { Dialect } from "./refusal.js";

/**
 * What only one owner writes, by dialect; the first that is found decides. Arguments in braces are
 * looked at only where they say something: elsewhere their text is blotted out.
 */
const signs: readonly (readonly [Dialect, RegExp, "arguments"?])[] = [
  ["nginx", /^log_format\s|\$\{?[a-z]\w*/, "arguments"],
  ["varnish", /%\{(?:Varnish|VCL_Log|VSL):/, "arguments"],
  ["goaccess", /%\^|~h\{|%d[^%]*%t|%x|^\s*(?:log|date|time)[-_]format\s+\S*%/m],
  ["haproxy", /^log-format\s|%(?:ci|cp|ft|fi|si|ST|TR|Ta|Tw|tsc|hrl?|bq)\b|%\[(?!u\w\])[^\s\]]+\]/],
  ["squid", /^logformat\s|%[-"'#/\d.[]*(?:\{\})?(?:[hs]\w+::|[<>][aAp]|[<>]?st|>?ru|tr\b)/],
  ["squid", /%[-"'#/\d.[]*(?:\{\})?(?:t[sulg]|r[mvp]|u[nile]|S[sh]|>Hs|>h|mt)\b/],
  ["haproxy", /%\{[+-]/, "arguments"],
  ["tomcat", /%\{[^}]*(?:yyyy|HH:mm)[^}]*\}t/, "arguments"],
  ["tomcat", /^(?:common|combined)$|&quot;|%\{\}[crs](?![A-Za-z])|%[SF](?![A-Za-z])/],
];

export interface Guess {
  readonly dialect: Dialect;
  /** Dialects that read the same string otherwise. */
  readonly others: readonly Dialect[];
}

/** Whose notation a string most likely is. */
export function guessDialect(notation: string): Guess {
  const bare = notation.replace(/\{[^}]*\}/g, "{}");
  const sure = signs.find(([, sign, whole]) => sign.test(whole === undefined ? bare : notation));
  // Tomcat 9 and older count %D in milliseconds, all others in microseconds.
  const older: Dialect[] = /%D(?![A-Za-z])/.test(bare) ? ["tomcat9"] : [];
  if (sure !== undefined) {
    return { dialect: sure[0], others: sure[0] === "tomcat" ? older : [] };
  }
  // Tomcat writes other escapes, to GoAccess %R and %u are headers.
  const doubtful = /%[DTRS](?![A-Za-z])/.test(notation);
  const apache = /^LogFormat\s|%[<>!\d]|%\{[^}]*\}[ieox]/i.test(notation);
  return {
    dialect: "apache",
    others: doubtful && !apache ? ["tomcat", ...older, "goaccess"] : [],
  };
}
