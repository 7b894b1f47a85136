import type { Flood, FloodsResult } from "../../analyses/floods/floods.js";
import type { Timer } from "../../analyses/floods/timers.js";
import { floodsHeadline, floodTold, timerTold } from "../../findings/floods.js";
import type { Wording } from "../../findings/verdict.js";
import type { Value } from "../values.js";

/** The result as one JSON document; names are stable. */
export function floodsDocument(result: FloodsResult, wording: Wording): Record<string, Value> {
  const flood = (one: Flood): Value => {
    const { story, ...own } = one;
    return { ...own, ...story, ...floodTold(one, wording) };
  };
  const timer = (one: Timer): Value => {
    const { rhythm, hours, change, ...own } = one;
    return {
      ...own,
      ...rhythm,
      ...hours,
      change: change && { ...change },
      ...timerTold(one, wording),
    };
  };
  return {
    schema_version: 1,
    unusual: result.unusual,
    paragraph: floodsHeadline(result),
    floods: result.floods.map(flood),
    shared_addresses: result.shared.map(flood),
    timers: result.timers.map(timer),
  };
}
