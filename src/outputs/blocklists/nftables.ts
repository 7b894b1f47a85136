import { textOf } from "../../analyses/blockplan/blocks.js";
import { expiryOf, ofVersion, type BlockList, type BlockTarget } from "./blocklist.js";
import { plainReason } from "./reason.js";

const SET = { 4: ["culprit4", "ipv4_addr", "ip"], 6: ["culprit6", "ipv6_addr", "ip6"] } as const;

/**
 * A table of its own, replaced in one step. Without `flags interval` a range would be one address
 * (cs-firewall-bouncer, issue 412). Only web ports are closed, so that nobody is locked out of SSH.
 */
export const nftables: BlockTarget = {
  name: "nftables",
  about: "nftables: a table with timed sets, for nft -f",
  emit: (list) =>
    [
      "# culprit block: nft -f FILE; web ports only. A second run replaces the first.",
      `# Entries leave by themselves after ${String(list.seconds)} s (${expiryOf(list)}).`,
      "# Undo: nft delete table inet culprit, or culprit block --for nftables --undo.",
      "table inet culprit",
      "delete table inet culprit",
      "table inet culprit {",
      ...setOf(list, 4),
      ...setOf(list, 6),
      "  chain input {",
      "    type filter hook input priority filter - 10; policy accept;",
      ...([4, 6] as const).flatMap((version) => {
        const [name, , family] = SET[version];
        return [
          `    ${family} saddr @${name} tcp dport { 80, 443 } counter drop`,
          `    ${family} saddr @${name} udp dport 443 counter drop`,
        ];
      }),
      "  }",
      "}",
      "",
    ].join("\n"),
  undo: () =>
    "# culprit block: nft -f FILE takes the table out, whether it is there or not.\n" +
    "table inet culprit\ndelete table inet culprit\n",
};

function setOf(list: BlockList, version: 4 | 6): string[] {
  const [name, type] = SET[version];
  const elements = ofVersion(list, version).map(
    ({ block, reason }) =>
      `      ${textOf(block)} timeout ${String(list.seconds)}s comment "${plainReason(reason)}",`,
  );
  return [
    `  set ${name} {`,
    `    type ${type}`,
    "    flags interval, timeout",
    "    auto-merge",
    ...(elements.length === 0 ? [] : ["    elements = {", ...elements, "    }"]),
    "  }",
  ];
}
