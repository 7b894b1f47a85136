import ipaddr from "ipaddr.js";

/** A block of addresses: all that share the first `bits` of `first`. A single address has all bits. */
export interface Block {
  readonly version: 4 | 6;
  readonly first: bigint;
  readonly bits: number;
}

const widthOf = (version: 4 | 6): number => (version === 4 ? 32 : 128);

/**
 * An address or a CIDR block; undefined for anything else, also for octal and short forms, zones and
 * lengths that are none. Bits beyond the length are dropped, and IPv4 in IPv6 becomes IPv4.
 *
 * `parseBlock("203.0.113.7/24")` is 203.0.113.0/24.
 */
export function parseBlock(text: string): Block | undefined {
  const [, host = "", length] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const dotted = ipaddr.IPv4.isValidFourPartDecimal(host);
  if (!dotted && (!host.includes(":") || host.includes("%") || !ipaddr.IPv6.isValid(host))) {
    return undefined;
  }
  const parsed = dotted ? ipaddr.IPv4.parse(host) : ipaddr.IPv6.parse(host);
  const mapped = parsed instanceof ipaddr.IPv6 && parsed.isIPv4MappedAddress();
  const address = mapped ? parsed.toIPv4Address() : parsed;
  const version = address.kind() === "ipv4" ? 4 : 6;
  const width = widthOf(version);
  const bits = length === undefined ? width : Number(length) - (mapped ? 96 : 0);
  if (bits < 0 || bits > width) return undefined;
  const number = address.toByteArray().reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  return { version, first: masked(number, width - bits), bits };
}

const masked = (number: bigint, free: number): bigint => (number >> BigInt(free)) << BigInt(free);

/** The block of this length around another. */
export function widened({ version, first }: Block, bits: number): Block {
  return { version, first: masked(first, widthOf(version) - bits), bits };
}

/** How many addresses it has. */
export const sizeOf = ({ version, bits }: Block): bigint => 1n << BigInt(widthOf(version) - bits);

/** The last address of it, as a number. */
export const lastOf = (block: Block): bigint => block.first + sizeOf(block) - 1n;

/** Whether the one holds all of the other. */
export const holds = (outer: Block, inner: Block): boolean =>
  outer.version === inner.version &&
  outer.bits <= inner.bits &&
  outer.first <= inner.first &&
  lastOf(inner) <= lastOf(outer);

/** Canonical text with its length: `203.0.113.7/32`, `2001:db8::/64`. */
export const cidrOf = (block: Block): string => `${addressOf(block)}/${String(block.bits)}`;

/** The same, without the length where it is a single address. */
export const textOf = (block: Block): string =>
  block.bits === widthOf(block.version) ? addressOf(block) : cidrOf(block);

function addressOf({ version, first }: Block): string {
  const bytes = widthOf(version) / 8;
  const parts = Array.from({ length: bytes }, (_, at) =>
    Number((first >> BigInt(8 * (bytes - 1 - at))) & 0xffn),
  );
  return ipaddr.fromByteArray(parts).toString();
}

/** IPv4 before IPv6, then by address, wider ones first. */
export const byAddress = (a: Block, b: Block): number =>
  a.version - b.version || (a.first < b.first ? -1 : a.first > b.first ? 1 : a.bits - b.bits);

/** Blocks in order, to be asked whether they hold or touch another. */
export class Blocks {
  /** Those that lie in no other of them, by version; no two overlap. */
  readonly #sorted: Readonly<Record<4 | 6, readonly Block[]>>;

  constructor(blocks: Iterable<Block>) {
    const outermost: Record<4 | 6, Block[]> = { 4: [], 6: [] };
    for (const block of [...blocks].toSorted(byAddress)) {
      const list = outermost[block.version];
      const last = list.at(-1);
      if (last === undefined || !holds(last, block)) list.push(block);
    }
    this.#sorted = outermost;
  }

  /** The one that holds this block. */
  around(block: Block): Block | undefined {
    const found = this.#lastBefore(block.version, block.first);
    return found !== undefined && holds(found, block) ? found : undefined;
  }

  /** Whether any of them has an address of this block. */
  touches(block: Block): boolean {
    const found = this.#lastBefore(block.version, lastOf(block));
    return found !== undefined && lastOf(found) >= block.first;
  }

  #lastBefore(version: 4 | 6, address: bigint): Block | undefined {
    const list = this.#sorted[version];
    let [low, high] = [0, list.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((list[middle] as Block).first <= address) low = middle + 1;
      else high = middle;
    }
    return list[low - 1];
  }
}
