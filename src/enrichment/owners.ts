import { readFile } from "node:fs/promises";
import ipaddr from "ipaddr.js";
import { Exit, Problem } from "../problems/problem.js";

/** Who an address belongs to; undefined for addresses of nobody known. */
export type OwnerOf = (address: string) => string | undefined;

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** Ranges that belong to nobody in particular, as people call them. */
const RESERVED: Record<string, string> = {
  private: "private network",
  uniqueLocal: "private network",
  loopback: "this machine",
  linkLocal: "local link",
  carrierGradeNat: "carrier-grade NAT",
  multicast: "multicast",
  broadcast: "broadcast",
  unspecified: "unspecified",
  reserved: "reserved",
};

/** What is reserved has no owner but its purpose: `10.0.0.1` is of a private network. */
export function reservedName(address: string): string | undefined {
  return ipaddr.isValid(address) ? RESERVED[ipaddr.process(address).range()] : undefined;
}

/**
 * Reads tables of owners: CSV lines `range or address,name`, with `#` for comments and a heading if
 * its first cell is none of both. Of several ranges the longest prefix wins, of equals the last line.
 */
export async function readOwners(files: readonly string[]): Promise<OwnerOf> {
  const byLength = { ipv4: new Map<number, Table>(), ipv6: new Map<number, Table>() };
  for (const file of files) {
    const text = await readFile(file, "utf8").catch((error: Error) => {
      throw unreadable(file, error);
    });
    for (const { range, bits, name } of linesOf(text, file)) {
      const tables = byLength[range.kind()];
      const table = tables.get(bits) ?? new Map<string, string>();
      tables.set(bits, table.set(keyOf(range, bits), name));
    }
  }
  const lengths = {
    ipv4: [...byLength.ipv4].toSorted(([a], [b]) => b - a),
    ipv6: [...byLength.ipv6].toSorted(([a], [b]) => b - a),
  };
  return (address) => {
    if (!ipaddr.isValid(address)) return undefined;
    const parsed = ipaddr.process(address);
    for (const [bits, table] of lengths[parsed.kind()]) {
      const name = table.get(keyOf(parsed, bits));
      if (name !== undefined) return name;
    }
    return undefined;
  };
}

/** Names by the first bits of an address. */
type Table = Map<string, string>;

/** The first bits of an address as text. */
function keyOf(address: Address, bits: number): string {
  const bytes = address.toByteArray();
  const whole = bytes.slice(0, bits >> 3);
  if (bits % 8 > 0) whole.push((bytes[bits >> 3] ?? 0) & (0xff << (8 - (bits % 8))));
  return String.fromCharCode(...whole);
}

interface Line {
  readonly range: Address;
  readonly bits: number;
  readonly name: string;
}

const LINE = /^\s*("?)([^",;\t]+)\1\s*[,;\t]\s*(.+?)\s*$/;

function linesOf(text: string, file: string): Line[] {
  return text
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/)
    .flatMap((raw, index) => {
      if (raw.trim() === "" || raw.trimStart().startsWith("#")) return [];
      const [, , range = "", quoted = ""] = LINE.exec(raw) ?? [];
      const parsed = parseRange(range.trim());
      const name = quoted.replace(/^"(.*)"$/, (_, inner: string) => inner.replaceAll('""', '"'));
      if (parsed !== undefined && name !== "") return [{ ...parsed, name }];
      if (index === 0 && /^[^\d:]/.test(raw.trim())) return [];
      throw refused(`${file}:${String(index + 1)}`);
    });
}

function parseRange(text: string): Omit<Line, "name"> | undefined {
  if (ipaddr.isValid(text)) {
    const range = ipaddr.process(text);
    return { range, bits: range.kind() === "ipv4" ? 32 : 128 };
  }
  if (!ipaddr.isValidCIDR(text)) return undefined;
  const [range, bits] = ipaddr.parseCIDR(text);
  return { range, bits };
}

const refused = (where: string): Problem =>
  new Problem({
    code: "bad-owners",
    what: "The table of owners cannot be used",
    where,
    why: "The line is not of the form RANGE,NAME",
    help: "Write one range or address and its owner a line: 203.0.113.0/24,Example Hosting",
    exit: Exit.usage,
  });

const unreadable = (where: string, { message }: Error): Problem =>
  new Problem({
    code: "bad-owners",
    what: "The table of owners cannot be read",
    where,
    why: message,
    help: "Mend the name after --owners, or owners in culprit.yaml",
    exit: Exit.usage,
  });
