import { textOf } from "../../analyses/blockplan/blocks.js";
import { expiryOf, type BlockTarget } from "./blocklist.js";
import { plainReason } from "./reason.js";

/** `acl … src`: http://www.squid-cache.org/Doc/config/acl/ */
export const squid: BlockTarget = {
  name: "squid",
  about: "Squid: acl src, to be included before http_access allow",
  emit(list) {
    const lines = list.entries.flatMap(({ block, reason }) => [
      `# ${plainReason(reason)}`,
      `acl culprit_blocked src ${textOf(block)}`,
    ]);
    return [
      "# culprit block: include this file before every http_access allow, then squid -k reconfigure.",
      `# It is meant to hold ${expiryOf(list)}; undo: culprit block --for squid --undo.`,
      ...lines,
      ...(lines.length === 0 ? [] : ["http_access deny culprit_blocked"]),
      "",
    ].join("\n");
  },
  undo: () =>
    "# culprit block: nobody is denied; put this in the list's place, then squid -k reconfigure.\n",
};
