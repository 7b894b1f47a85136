import { metrics } from "../../analyses/compare/metric.js";
import { firstOf } from "../../analyses/scrapers/result.js";
import type { Verdicts } from "../../analyses/verdicts.js";
import { drillDown } from "../../findings/drill-down.js";
import { spikeTold } from "../../findings/spikes.js";
import type { Wording } from "../../findings/verdict.js";
import { whatChanged } from "../../findings/what-changed.js";
import type { Value } from "../values.js";
import { compareDocument } from "./compare-document.js";
import { floodsDocument } from "./floods-document.js";
import { scrapersDocument } from "./scrapers-rows.js";
import { spikesDocument } from "./spikes-document.js";

/** The verdicts as the other commands write them; at most `limit` scrapers of each class. */
export function verdictsDocument(verdicts: Verdicts, wording: Wording, limit: number) {
  const { spikes } = verdicts;
  const begin = spikes.hours?.buckets[0]?.from ?? new Date(0);
  const told = spikes.spikes.map((spike) => spikeTold(spike, begin, wording));
  return {
    changes: changesDocument(verdicts, wording),
    scrapers: scrapersDocument(firstOf(verdicts.scrapers, limit, false)),
    floods: floodsDocument(verdicts.floods, wording),
    spikes: spikesDocument(spikes, told),
  };
}

function changesDocument({ changes }: Verdicts, wording: Wording): Value {
  if (changes === undefined) return null;
  const { incident, comparison: result } = changes;
  const metric = metrics.requests;
  const paragraph = whatChanged({ result, metric, incident }, wording);
  const commands = result.causes.map((cause) =>
    drillDown(cause, result, metric, incident, wording.sources),
  );
  return { incident: { ...incident }, ...compareDocument(result, paragraph, commands) };
}
