import { MORE_WORDS, other, userName } from "./kinds/text.js";
import { host, site } from "./kinds/addresses.js";
import { requestLine } from "./kinds/request.js";
import type { Kind } from "./kinds/kind.js";
import { isLiteral, type Item, type Layout } from "./layout.js";
import { apacheLayout } from "./notations/apache.js";

/**
 * The Common Log Format family as many servers write it. Each named format accepts its sisters
 * too, since one file often holds several: virtual hosts in front, referrer and agent missing.
 */
const notations = {
  combined: '%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i"',
  common: '%h %l %u %t "%r" %>s %b',
  vhostCombined: '%v %h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i"',
  vhostCommon: '%v %h %l %u %t "%r" %>s %b',
} as const;

/** A phrase that is a dash, or begins otherwise: `- name` is the identity and user of a sister format. */
const NO_IDENTITY = `(?:-|-[ \\t]+\\[[^ \\t]*?${MORE_WORDS}|(?:-[^ \\t]|[^- \\t])[^ \\t]*?${MORE_WORDS})`;

/** Without a comma: a list of addresses is no client and its identity. */
const identity: Kind = {
  ...other({ pattern: "[^ \\t,]+" }),
  name: "identity",
  valid: (c) => `NOT contains(${c}, ',') OR ${c} IS NULL`,
};

// Other servers than Apache write this format too, and write UTF-8 as it comes.
const kinds: Record<string, Item> = {
  "%v": { native: "%v", kind: site },
  "%h": { native: "%h", kind: host("client_ip") },
  "%l": { native: "%l", kind: identity },
  "%u": { native: "%u", kind: { ...userName, pattern: NO_IDENTITY } },
  "%r": { native: "%r", kind: requestLine() },
};

/** Some writers leave out the quotes around the dash of an absent header. */
const OFTEN_ABSENT = new Set(["%{Referer}i", "%{User-Agent}i"]);

function layout(notation: string, own = kinds): Layout {
  const parsed = apacheLayout(notation);
  const items = parsed.items.map((item) => {
    if (isLiteral(item)) return item;
    const bare = OFTEN_ABSENT.has(item.native) ? { bare: "-" } : {};
    return { ...item, ...own[item.native], ...bare };
  });
  return { ...parsed, items, cutEnd: true };
}

/** A line whose identity is missing, as nginx writes it when `$remote_user` is left out. */
const withoutIdentity = layout('%h %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i"', {
  ...kinds,
  "%u": { native: "%u", kind: { ...userName, pattern: "[^ \\t,]+" } },
});

/** What the stock nginx.conf adds to the combined format. */
const forwarded = ' "%{X-Forwarded-For}i"';

/** Fields that a site has added at the end and nobody has told us about: kept together. */
const withMore = ({ items, ...rest }: Layout): Layout => ({
  ...rest,
  items: [...items, { literal: " " }, { native: "more", kind: other({ pattern: "\\S.*" }) }],
});

/** How many of the layouts accept unknown fields. */
export const CLF_GUESSES = 2;

/** All layouts of the family, the format's own first; those with unknown fields last. */
export function clfLayouts(...own: readonly (keyof typeof notations)[]): Layout[] {
  const all = Object.keys(notations) as (keyof typeof notations)[];
  const names = [...own, ...all.filter((name) => !own.includes(name))];
  const [combined, vhostCombined] = [notations.combined, notations.vhostCombined];
  const known = names.map((name) => notations[name]);
  return [
    ...[...known, combined + forwarded, vhostCombined + forwarded].map((one) => layout(one)),
    withoutIdentity,
    ...[combined, vhostCombined].map((one) => withMore(layout(one))),
  ];
}
