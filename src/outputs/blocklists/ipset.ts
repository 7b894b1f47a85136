import { textOf } from "../../analyses/blockplan/blocks.js";
import { expiryOf, ofVersion, type BlockList, type BlockTarget } from "./blocklist.js";
import { duration } from "../numbers.js";
import { plainReason } from "./reason.js";

const SETS = [
  [4, "culprit4", "inet"],
  [6, "culprit6", "inet6"],
] as const;

/** What ipset takes unless told otherwise. */
const USUAL = 65_536;
/** The kernel's timer for a set's entries: 2^32 / 1000 s. */
const LONGEST = 2_147_483;

const CUT = `# They leave after ${duration(LONGEST * 1000)}: ipset holds none longer. Load the file again before then.`;

/** https://ipset.netfilter.org/ipset.man.html; hash:net holds addresses and ranges. */
export const ipset: BlockTarget = {
  name: "ipset",
  about: "ipset: sets with a timeout, for ipset restore -exist",
  emit: (list) =>
    [
      "# culprit block: ipset restore -exist < FILE, and once, as ipset alone refuses nobody:",
      ...SETS.map(
        ([version, name]) =>
          `#   ${version === 4 ? "iptables" : "ip6tables"} -I INPUT -p tcp -m multiport --dports 80,443 -m set --match-set ${name} src -j DROP`,
      ),
      `# Entries leave by themselves (${expiryOf(list)}); undo: culprit block --for ipset --undo.`,
      ...(list.seconds > LONGEST ? [CUT] : []),
      ...SETS.flatMap(([version, name, family]) => [
        `create ${name} hash:net family ${family} timeout ${timeout(list)} comment maxelem ${String(Math.max(USUAL, list.entries.length))}`,
        ...ofVersion(list, version).map(
          ({ block, reason }) =>
            `add ${name} ${textOf(block)} timeout ${timeout(list)} comment "${plainReason(reason)}"`,
        ),
      ]),
      "",
    ].join("\n"),
  undo: (list) =>
    [
      "# culprit block: ipset restore -exist < FILE takes these entries out and keeps all others.",
      ...SETS.flatMap(([version, name]) =>
        ofVersion(list, version).map(({ block }) => `del ${name} ${textOf(block)}`),
      ),
      "",
    ].join("\n"),
};

const timeout = ({ seconds }: BlockList): string => String(Math.min(seconds, LONGEST));
