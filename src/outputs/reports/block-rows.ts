import { cidrOf, parseBlock } from "../../analyses/blockplan/blocks.js";
import type { BlockPlan } from "../../analyses/blockplan/blockplan.js";
import type { Savings } from "../../analyses/blockplan/savings.js";
import { Exit, Problem } from "../../problems/problem.js";
import type { ListedBlock } from "../blocklists/blocklist.js";
import type { Fits } from "../blocklists/fits.js";
import type { RowSet } from "../rows.js";
import type { Value } from "../values.js";

/** The plan as JSON; `listedIn` reads its entries again. */
export function blockDocument(
  plan: BlockPlan,
  told: readonly string[],
  savings: Savings,
  fits: readonly Fits[],
): Record<string, Value> {
  const { entries, replay, spared, notes, largest, ...numbers } = plan;
  const { days, hits, ...sums } = replay;
  return {
    schema_version: 1,
    paragraph: told.join(" "),
    ...numbers,
    entries: entries.map(({ block, harm, addresses, reason }) => ({
      cidr: cidrOf(block),
      version: block.version,
      harm,
      share: plan.harm === 0 ? 0 : harm / plan.harm,
      addresses,
      reason,
    })),
    largest: largest && { ...largest },
    spared: spared.map((one) => ({ ...one })),
    replay: {
      ...sums,
      days: days.map((day) => ({ ...day })),
      hits: hits.map((hit) => ({ ...hit })),
    },
    savings: { ...savings },
    targets: fits.map(({ name, excess }) => ({
      name,
      fits: excess === undefined,
      why: excess ?? null,
    })),
    notes: [...notes],
  };
}

/** A row an entry. */
export const blockRows = (plan: BlockPlan): RowSet => ({
  columns: [
    { name: "cidr", type: "text" },
    { name: "harm", type: "int" },
    { name: "share", type: "float" },
    { name: "addresses", type: "int" },
    { name: "reason", type: "text" },
  ],
  rows: plan.entries.map(({ block, harm, addresses, reason }) => [
    cidrOf(block),
    harm,
    harm / plan.harm,
    addresses,
    reason,
  ]),
});

/** The entries of a plan that was written as JSON before; `added` is what an application has put in. */
export function listedIn(
  text: string,
  file: string,
): { readonly entries: ListedBlock[]; readonly added: readonly string[] | undefined } {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (cause) {
    throw badPlan(file, cause instanceof Error ? cause.message : String(cause), cause);
  }
  const { entries, applied } = (document ?? {}) as { entries?: unknown; applied?: unknown };
  if (!Array.isArray(entries)) throw badPlan(file, 'It has no list "entries"');
  const { added } = (applied ?? {}) as { added?: unknown };
  return {
    entries: entries.map((entry: unknown) => {
      const { cidr, reason } = (entry ?? {}) as Record<string, unknown>;
      const block = typeof cidr === "string" ? parseBlock(cidr) : undefined;
      if (block === undefined) throw badPlan(file, `${JSON.stringify(cidr)} is no range`);
      return { block, reason: typeof reason === "string" ? reason : "" };
    }),
    added: Array.isArray(added) ? added.filter((one) => typeof one === "string") : undefined,
  };
}

const badPlan = (file: string, why: string, cause?: unknown): Problem =>
  new Problem({
    code: "bad-plan",
    what: "This is no block plan",
    where: `--plan ${file}`,
    why,
    help: "Write one with: culprit block access.log -o plan.json",
    exit: Exit.usage,
    cause,
  });
