import { declaredBots } from "../../src/analyses/bots.js";
import { blockPlan } from "../../src/analyses/blockplan/blockplan.js";
import { budget } from "../../src/analyses/budget/budget.js";
import { readPrices } from "../../src/analyses/budget/prices.js";
import { compare } from "../../src/analyses/compare/compare.js";
import { metrics, type Metric } from "../../src/analyses/compare/metric.js";
import { dimension } from "../../src/analyses/fields.js";
import { floods } from "../../src/analyses/floods/floods.js";
import { measures } from "../../src/analyses/measures.js";
import { binsOf } from "../../src/analyses/page/bins.js";
import { cubeOf } from "../../src/analyses/page/cube.js";
import { pageFacets } from "../../src/analyses/page/dimensions.js";
import { largestValues } from "../../src/analyses/page/largest.js";
import { lorenz } from "../../src/analyses/page/lorenz.js";
import { exactSides } from "../../src/analyses/page/sides.js";
import { report } from "../../src/analyses/report.js";
import type { Scope, Window } from "../../src/analyses/scope.js";
import { scrapers } from "../../src/analyses/scrapers/scrapers.js";
import { spikes } from "../../src/analyses/spikes/spikes.js";
import { timeline } from "../../src/analyses/timeline.js";
import { top } from "../../src/analyses/top.js";

/** Every analysis, asked of a scope; its answer must not depend on the engine. */
export const questions: Record<string, (scope: Scope) => Promise<unknown>> = {
  ...tops(["client_ip"], "requests", "bytes_sent", "bytes_received", "errors", "duration_ms"),
  ...tops(["path", "status"], "requests", "bytes_sent"),
  ...tops(["minute", "hour_of_day"], "requests"),
  ...tops(["hour", "weekday"], "errors"),
  ...tops(["day", "status_class"], "bytes_sent"),
  ...tops(["extension", "directory"], "requests"),
  ...tops(["shop_item"], "requests"),
  ...tops(["client_net", "user_agent", "referrer"], "requests"),
  ...tops(["status"], "requests"),
  report: (scope) => report(scope, 7),
  scrapers: (scope) => scrapers(scope),
  floods: (scope) => floods(scope),
  "spikes-by-hour": (scope) => spikes(scope),
  block: (scope) => blockPlan(scope, { target: 0.9, by: "requests" }),
  "block-by-bytes": (scope) =>
    blockPlan(scope, { target: 0.9, by: "bytes_sent", filtered: true, replay: 86_400_000 }),
  budget: async (scope) =>
    budget(scope, {
      prices: await readPrices(),
      service: "s3",
      fields: [dimension("client_ip", [], scope.zone, scope.dialect)],
    }),
  "compare-by-requests": (scope) => halves(scope, metrics.requests),
  "compare-by-bytes": (scope) => halves(scope, metrics.bytes_sent),
  "compare-by-error_rate": (scope) => halves(scope, metrics.error_rate),
  "page-largest-values": (scope) => largestValues(scope, pageFacets([]), halfTimes(scope), 5),
  "page-cube": (scope) => pageCube(scope),
  "page-lorenz": (scope) =>
    lorenz(scope, dimension("client_ip", [], scope.zone, scope.dialect), measures.bytes_sent),
  "page-sides": (scope) => exactSides(scope, halfTimes(scope), [], 5),
  bots: (scope) => declaredBots(scope, 3),
  "timeline-minutes": (scope) => steps(scope, 300),
  "timeline-hours": (scope) => steps(scope, 3600),
  "timeline-days": (scope) => steps(scope, 86_400),
  "timeline-weeks": (scope) => steps(scope, 7 * 86_400),
};

function tops(fields: readonly string[], ...by: (keyof typeof measures)[]): typeof questions {
  return Object.fromEntries(
    by.map((name) => [
      `top-${fields.join("-")}-by-${name}`,
      async (scope: Scope) => {
        const { sql: _, ...answer } = await top(scope, {
          fields: fields.map((field) => dimension(field, ["shop_item"], scope.zone, scope.dialect)),
          by: measures[name],
          limit: 25,
        });
        return answer;
      },
    ]),
  );
}

const steps = (scope: Scope, step: number): Promise<unknown> =>
  scope.window === undefined
    ? Promise.resolve(undefined)
    : timeline(scope, scope.requests, scope.window, step);

/** The largest values of a few fields over the page's steps of time. */
async function pageCube(scope: Scope): Promise<unknown> {
  const facets = pageFacets([]).slice(0, 3);
  const large = await largestValues(scope, facets, undefined, 4);
  const kept = large.map(({ facet, values }) => ({
    facet,
    values: values.map(({ value }) => value),
  }));
  return cubeOf(scope, binsOf(scope.covers as Window, scope.zone), kept);
}

function halfTimes({ covers }: Scope) {
  const { from, until } = covers as Window;
  const middle = new Date((from.getTime() + until.getTime()) / 2);
  return { incident: { from: middle, until }, baseline: [{ from, until: middle }] };
}

/** The second half of what the rows cover against the first. */
function halves(scope: Scope, metric: Metric): Promise<unknown> {
  const { from, until } = scope.covers as Window;
  const middle = new Date((from.getTime() + until.getTime()) / 2);
  return compare(
    {
      scope,
      metric,
      incident: { from: middle, until },
      baseline: { kind: "given", windows: [{ from, until: middle }], odd: [] },
    },
    ["shop_item"],
  );
}

/** What an engine may write otherwise, in one form: times, large numbers, the last digits of floats. */
export function normal(value: unknown, key = ""): unknown {
  if (key === "sql") return "SQL";
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Map) return normal([...value]);
  if (typeof value === "bigint") return String(value);
  if (typeof value === "number" && !Number.isInteger(value)) return Number(value.toPrecision(9));
  if (Array.isArray(value)) return value.map((one) => normal(one));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, normal(one, name)]));
}
