/** Escapes and sets as a whole, and what opens a group. */
const PARTS = /\\[^]|\[\^?\]?(?:\\[^]|[^\]])*\]|\((?!\?)/g;

/** How many groups a pattern captures. */
export const countGroups = (pattern: string): number =>
  [...pattern.matchAll(PARTS)].filter(([part]) => part === "(").length;

const OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";

/** What may stand behind an IPv6 address: `%eth0`. */
export const ZONE = "%[0-9A-Za-z]+";

/** `::1.2.3.4`, which is read as the IPv4 address that it ends in: one group. */
export const IPV4_WITHIN = `::(${OCTET}(?:[.]${OCTET}){3})(?:${ZONE})?`;

/** A whole number, or one with a fraction, that a cast to whole numbers rounds. */
export const FRACTION = "[+-]?[0-9]+[.][0-9]*";
