import type { Comparison } from "../../analyses/compare/compare.js";
import type { Value } from "../values.js";

/** A comparison as JSON, each cause with the command that looks into it; names are stable. */
export function compareDocument(
  result: Comparison,
  paragraph: string,
  commands: readonly string[],
) {
  const { baseline, total, clients, verdict, causes, opposite, unexplained, dimensions } = result;
  return {
    baseline,
    verdict,
    total,
    clients,
    causes: causes.map((cause, at) => ({ ...cause, command: commands[at] })),
    opposite,
    unexplained,
    paragraph,
    dimensions,
  } as unknown as { readonly [name: string]: Value };
}
