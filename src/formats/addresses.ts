import ipaddr from "ipaddr.js";

/**
 * One spelling for an address: IPv4-mapped IPv6 folded to IPv4, IPv6 in RFC 5952 form.
 * Anything else (a host name, `unix:`) stays as it is; `-` and empty are null.
 */
export function canonicalAddress(text: string): string | null {
  if (text === "-" || text === "") return null;
  const bare = text.startsWith("[") && text.endsWith("]") ? text.slice(1, -1) : text;
  return ipaddr.isValid(bare) ? ipaddr.process(bare).toString() : bare;
}

/** The /24 of an IPv4 or the /48 of an IPv6 address; null for anything else. */
export function networkOf(address: string): string | null {
  if (!ipaddr.isValid(address)) return null;
  const parsed = ipaddr.process(address);
  const bits = parsed.kind() === "ipv4" ? 24 : 48;
  const network = (parsed.kind() === "ipv4" ? ipaddr.IPv4 : ipaddr.IPv6).networkAddressFromCIDR(
    `${parsed.toString()}/${bits}`,
  );
  return `${network.toString()}/${bits}`;
}

const OWN = new Set(["private", "loopback", "linkLocal", "uniqueLocal", "carrierGradeNat"]);

/** Whether an address is of a network of one's own: 10.0.0.1, 127.0.0.1, fd00::1. */
export const isOwnNetwork = (address: string): boolean =>
  ipaddr.isValid(address) && OWN.has(ipaddr.process(address).range());
