import ipaddr from "ipaddr.js";

/** A block of addresses; IPv4 by its first and last number, IPv6 as `prefix/length` in RFC 5952 form. */
export type Network =
  | { readonly kind: "ipv4"; readonly first: number; readonly last: number }
  | { readonly kind: "ipv6"; readonly cidr: string };

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** Strict: no octal, no short forms, no zone; ::ffff:a.b.c.d is the IPv4 address in it. */
function parseAddress(text: string): Address | undefined {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text);
  if (!text.includes(":") || text.includes("%") || !ipaddr.IPv6.isValid(text)) return undefined;
  const address = ipaddr.IPv6.parse(text);
  return address.isIPv4MappedAddress() ? address.toIPv4Address() : address;
}

/** An address in the one spelling that rows have; undefined for any other text. */
export function addressText(text: string): string | undefined {
  return parseAddress(text)?.toString();
}

/** Looks as if it was meant to be an address or a block of them. */
export const likeAddress = (text: string): boolean =>
  /^[\d.]+(?:\/.*)?$/.test(text) || /^[\da-f.]*:[\da-f:.]*:[\da-f:.]*(?:\/.*)?$/i.test(text);

function parseBlock(cidr: string): { address: Address; bits: number } | undefined {
  const [, text = "", length] = /^([^/]+)\/(\d{1,3})$/.exec(cidr) ?? [];
  const address = parseAddress(text);
  if (address === undefined || length === undefined) return undefined;
  const folded = address.kind() === "ipv4" && text.includes(":");
  const bits = folded ? Number(length) - 96 : Number(length);
  return bits < 0 || bits > (address.kind() === "ipv4" ? 32 : 128) ? undefined : { address, bits };
}

/** `203.0.113.0/24`, `2001:db8::/32`; bits beyond the length do not matter. Undefined if not a block. */
export function parseNetwork(cidr: string): Network | undefined {
  const block = parseBlock(cidr);
  if (block === undefined) return undefined;
  const { address, bits } = block;
  if (address.kind() === "ipv4") {
    const number = address.toByteArray().reduce((sum, byte) => sum * 256 + byte, 0);
    const size = 2 ** (32 - bits);
    const first = Math.floor(number / size) * size;
    return { kind: "ipv4", first, last: first + size - 1 };
  }
  const canonical = `${address.toString()}/${String(bits)}`;
  return {
    kind: "ipv6",
    cidr: `${ipaddr.IPv6.networkAddressFromCIDR(canonical).toString()}/${String(bits)}`,
  };
}

let lastBlock: { cidr: string; block: { address: Address; bits: number } } | undefined;

/**
 * Whether an address lies in a block, by arithmetic. False for text that is no address and for one of
 * the other family; IPv4-mapped IPv6 counts as IPv4. An engine that lacks a function for it registers
 * this one as `ip_in(client_ip, cidr)`; the SQL of `whereSql` calls it by that name for IPv6.
 *
 * `ipIn("2001:db8:1::7", "2001:db8::/32")` → true
 */
export function ipIn(ip: string, cidr: string): boolean {
  if (lastBlock?.cidr !== cidr) {
    const block = parseBlock(cidr);
    if (block === undefined) throw new RangeError(`not a block of addresses: ${cidr}`);
    lastBlock = { cidr, block };
  }
  const { address, bits } = lastBlock.block;
  const candidate = parseAddress(ip);
  return (
    candidate !== undefined && candidate.kind() === address.kind() && candidate.match(address, bits)
  );
}
