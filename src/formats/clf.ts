import { host, requestLine, site, userName } from "./kinds.js";
import type { Item, Layout } from "./layout.js";
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

// Other servers than Apache write this format too, and write UTF-8 as it comes.
const kinds: Record<string, Item> = {
  "%v": { native: "%v", kind: site },
  "%h": { native: "%h", kind: host("client_ip") },
  "%u": { native: "%u", kind: userName },
  "%r": { native: "%r", kind: requestLine() },
};

function layout(notation: string): Layout {
  const parsed = apacheLayout(notation);
  const items = parsed.items.map((item) => {
    const own = "native" in item ? kinds[item.native] : undefined;
    return own === undefined ? item : { ...item, ...own };
  });
  return { ...parsed, items };
}

/** A line whose identity is missing, as nginx writes it when `$remote_user` is left out. */
const withoutIdentity = '%h %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i"';

/** All layouts of the family, the named one first. */
export function clfLayouts(first: keyof typeof notations): Layout[] {
  const others = Object.keys(notations).filter((name) => name !== first);
  const names = [first, ...others] as (keyof typeof notations)[];
  return [...names.map((name) => notations[name]), withoutIdentity].map(layout);
}
