import type { SpikesResult } from "../../analyses/spikes/spikes.js";
import { spikesHeadline, type SpikeTold } from "../../findings/spikes.js";
import type { Value } from "../values.js";

/** The result as one JSON document; names are stable. */
export function spikesDocument(
  result: SpikesResult,
  told: readonly SpikeTold[],
): Record<string, Value> {
  const { spikes: found, hours, days, seasonal } = result;
  return {
    schema_version: 1,
    unusual: found.length > 0,
    paragraph: spikesHeadline(result, "en"),
    days,
    seasonal,
    spikes: found.map((spike, at) => ({ ...spike, ...told[at] })),
    timeline: hours as unknown as Value,
  };
}
