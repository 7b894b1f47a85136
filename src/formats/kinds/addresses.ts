import { absent, into, present, type Kind, type Options, type Target } from "./kind.js";
import { text } from "./text.js";

/** The virtual host, without the port that some servers write after it. */
export const site: Kind = {
  ...text("site", { pattern: "[^ \\t,]+" }),
  name: "site",
  valid: (c) => `NOT contains(${c}, ',')`,
  columns: { site: (t) => `regexp_replace(${t}, ':[0-9]+$', '')` },
};

/** The longest host name DNS allows. */
const MAX_HOST = 253;

/** `192.0.2.1:443` and `[2001:db8::1]:443`, as balancers pass a client on. */
const WITH_PORT = "^([0-9]{1,3}(?:[.][0-9]{1,3}){3}|\\[[^\\]]*\\]):[0-9]{1,5}$";

/**
 * IPv6 is brought to one spelling, and ::ffff:a.b.c.d folded to IPv4, by the engine's JS function;
 * a port behind the address goes.
 */
export const foldAddress = (c: string): string =>
  `CASE WHEN contains(${c}, ':') THEN fold_ip(regexp_replace(${c}, '${WITH_PORT}', '\\1')) ELSE ${present(c)} END`;

const GROUP = "[1-9a-f][0-9a-f]{0,3}";
/**
 * IPv6 that is surely spelled as RFC 5952 wants it: no group is zero, so that there is nothing to
 * shorten but what `::` already stands for (two groups or more), and no IPv4 address within.
 */
const FOLDED_IPV6 = `${GROUP}(?:(?::${GROUP}){7}|${Array.from({ length: 6 }, (_, before) => `(?::${GROUP}){${before}}:(?::${GROUP}){0,${5 - before}}`).join("|")})`;

/** An address or host name. */
export function host(column: Target, options: Options = {}): Kind {
  return {
    name: "host",
    pattern: options.pattern ?? "[^ \\t,]+",
    spaces: 0,
    wants: "an address or host name",
    typed: foldAddress,
    valid: (c) => `(strlen(${c}) <= ${MAX_HOST} AND NOT contains(${c}, ',')) OR ${c} IS NULL`,
    columns: into(column),
    rank: options.rank ?? 0,
    quick: {
      typed: present,
      valid: (c) =>
        `strlen(${c}) <= ${MAX_HOST} AND NOT contains(${c}, ',') AND ` +
        `CASE WHEN contains(${c}, ':') THEN regexp_full_match(${c}, '${FOLDED_IPV6}') ELSE true END`,
    },
  };
}

/** `address:port`; an IPv6 address may be bare (AWS) or in brackets: the last colon divides. */
export function hostPort(address: Target, port: Target): Kind {
  const addressOf = (c: string): string => {
    const bare = `trim(regexp_replace(${c}, ':[0-9-]*$', ''), '[]')`;
    return foldAddress(bare);
  };
  return {
    name: "host:port",
    pattern: "[^ \\t,]+",
    spaces: 0,
    wants: "address:port",
    typed: present,
    valid: (c) => `regexp_full_match(${c}, '[^,]+:([0-9]{1,5}|-)') OR ${absent(c)}`,
    columns: {
      [address]: addressOf,
      [port]: (t: string) => `try_cast(regexp_extract(${t}, ':([0-9]{1,5})$', 1) AS BIGINT)`,
    },
    rank: 0,
  };
}

/** The host name that was asked for, without the port that a Host header may have. */
export const hostName = (column: Target): Kind => ({
  ...text(column),
  name: "host name",
  columns: { [column]: (t: string) => `regexp_replace(${t}, ':[0-9]+$', '')` },
});
