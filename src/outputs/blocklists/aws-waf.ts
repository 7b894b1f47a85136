import { cidrOf } from "../../analyses/blockplan/blocks.js";
import { expiryOf, ofVersion, type BlockList, type BlockTarget } from "./blocklist.js";
import { plainReason } from "./reason.js";

/** A set holds one IP version, at most 10,000 ranges, and never everybody (AWS WAF quotas). */
export const WAF_ENTRIES = 10_000;

/** The names of the sets that culprit calls its own. */
export const wafSet = { 4: "culprit-ipv4", 6: "culprit-ipv6" } as const;

/** Inputs of `aws wafv2 create-ip-set`, one an IP version; `reasons` is for people and culprit only. */
export const awsWaf: BlockTarget = {
  name: "aws-waf",
  about: "AWS WAF: IP sets as create-ip-set takes them; --apply merges them into yours",
  entries: WAF_ENTRIES,
  emit: (list) => `${JSON.stringify(document(list), null, 2)}\n`,
  undo: (list) => `${JSON.stringify(document({ ...list, entries: [] }), null, 2)}\n`,
};

const document = (list: BlockList): object => ({
  about:
    "culprit block: jq '.ip_sets[0]' FILE > set.json, then aws wafv2 create-ip-set --cli-input-json file://set.json; " +
    "a rule of a web ACL must refer to the set. Undo: culprit block --for aws-waf --undo --apply now.",
  expires: expiryOf(list),
  ip_sets: ([4, 6] as const).map((version) => ({
    Name: wafSet[version],
    Scope: "REGIONAL",
    IPAddressVersion: `IPV${String(version)}`,
    Description: `Made by culprit block, meant to hold ${expiryOf(list)}`,
    Addresses: ofVersion(list, version).map(({ block }) => cidrOf(block)),
  })),
  reasons: Object.fromEntries(
    list.entries.map(({ block, reason }) => [cidrOf(block), plainReason(reason)]),
  ),
});
