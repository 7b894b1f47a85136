/*
 * Writes a small database in MaxMind's format, of IPv4 ranges: a binary tree over the bits of the
 * address, then the data, then its description (https://maxmind.github.io/MaxMind-DB/).
 */

type Data = string | number | { [key: string]: Data };

const TYPES = { text: 2, uint32: 6, map: 7 };
const RECORD = 3;

export function mmdb(ranges: readonly (readonly [cidr: string, data: Data])[]): Buffer {
  const nodes: (number | { data: number } | undefined)[][] = [[undefined, undefined]];
  const parts: Buffer[] = [];
  let length = 0;
  for (const [cidr, data] of ranges) {
    const [address = "", bits = "32"] = cidr.split("/");
    const value = address.split(".").reduce((sum, byte) => sum * 256 + Number(byte), 0);
    let at = 0;
    for (let bit = 0; bit < Number(bits); bit++) {
      const side = Math.floor(value / 2 ** (31 - bit)) % 2;
      const node = nodes[at] as (typeof nodes)[number];
      if (bit === Number(bits) - 1) node[side] = { data: length };
      else {
        if (typeof node[side] !== "number") node[side] = nodes.push([undefined, undefined]) - 1;
        at = node[side];
      }
    }
    const encoded = encode(data);
    parts.push(encoded);
    length += encoded.length;
  }
  const tree = Buffer.alloc(nodes.length * 2 * RECORD);
  for (const [at, node] of nodes.entries()) {
    for (const [side, to] of node.entries()) {
      const value =
        to === undefined ? nodes.length : typeof to === "number" ? to : nodes.length + 16 + to.data;
      tree.writeUIntBE(value, (at * 2 + side) * RECORD, RECORD);
    }
  }
  const about = encode({
    binary_format_major_version: 2,
    binary_format_minor_version: 0,
    build_epoch: 1_790_000_000,
    database_type: "Test",
    description: { en: "for tests" },
    ip_version: 4,
    node_count: nodes.length,
    record_size: 8 * RECORD,
  });
  const marker = Buffer.from("abcdef4d61784d696e642e636f6d", "hex");
  return Buffer.concat([tree, Buffer.alloc(16), ...parts, marker, about]);
}

function encode(data: Data): Buffer {
  if (typeof data === "string") {
    const text = Buffer.from(data);
    return Buffer.concat([control(TYPES.text, text.length), text]);
  }
  if (typeof data === "number") {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(data);
    return Buffer.concat([control(TYPES.uint32, 4), bytes]);
  }
  const pairs = Object.entries(data).flatMap(([key, value]) => [encode(key), encode(value)]);
  return Buffer.concat([control(TYPES.map, Object.keys(data).length), ...pairs]);
}

/** Sizes from 29 on stand in a byte of their own. */
const control = (type: number, size: number): Buffer =>
  Buffer.from(size < 29 ? [(type << 5) | size] : [(type << 5) | 29, size - 29]);
