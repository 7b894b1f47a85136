import { textOf, type Block } from "../../analyses/blockplan/blocks.js";
import type { BlockList, BlockTarget } from "./blocklist.js";
import { plainReason } from "./reason.js";

const isSingle = ({ version, bits }: Block): boolean => bits === (version === 4 ? 32 : 128);

/** A comma would need quotes, and not every reader of CSV knows them. */
const scenario = (reason: string): string => `culprit ${plainReason(reason).replaceAll(",", "")}`;

/** A decision as `cscli decisions import` takes it: https://docs.crowdsec.net/docs/cscli/cscli_decisions_import */
const decisionsOf = ({ entries, seconds }: BlockList) =>
  entries.map(({ block, reason }) => ({
    duration: `${String(seconds)}s`,
    reason: scenario(reason),
    scope: isSingle(block) ? "ip" : "range",
    type: "ban",
    value: textOf(block),
  }));

/** Only what was imported with this reason goes: others may have decisions on the same address. */
const undo = ({ entries }: BlockList): string =>
  [
    "#!/bin/sh",
    "# culprit block: takes back what was imported.",
    ...entries.map(
      ({ block, reason }) =>
        `cscli decisions delete ${isSingle(block) ? "--ip" : "--range"} ${textOf(block)} --scenario '${scenario(reason)}'`,
    ),
    "",
  ].join("\n");

export const crowdsecCsv: BlockTarget = {
  name: "crowdsec-csv",
  about: "CrowdSec: CSV for cscli decisions import",
  emit: (list) =>
    [
      "duration,reason,scope,type,value",
      ...decisionsOf(list).map((decision) => Object.values(decision).join(",")),
      "",
    ].join("\n"),
  undo,
};

export const crowdsecJson: BlockTarget = {
  name: "crowdsec-json",
  about: "CrowdSec: JSON for cscli decisions import",
  emit: (list) => `${JSON.stringify(decisionsOf(list), null, 1)}\n`,
  undo,
};
