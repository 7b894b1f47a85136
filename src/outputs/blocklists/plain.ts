import { textOf } from "../../analyses/blockplan/blocks.js";
import { expiryOf, type BlockTarget } from "./blocklist.js";
import { plainReason } from "./reason.js";

/** One address or range a line; lines with `#` are for people. */
export const plain: BlockTarget = {
  name: "plain",
  about: "one address or range a line; grep -v '^#' leaves nothing else",
  emit: (list) =>
    [
      `# culprit block: meant to hold ${expiryOf(list)}`,
      ...list.entries.flatMap(({ block, reason }) => [`# ${plainReason(reason)}`, textOf(block)]),
      "",
    ].join("\n"),
  undo: (list) =>
    [
      "# culprit block: let these in again",
      ...list.entries.map(({ block }) => textOf(block)),
      "",
    ].join("\n"),
};
