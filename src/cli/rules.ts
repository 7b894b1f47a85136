import path from "node:path";
import { ALERT } from "../alerts/parameters.js";
import { measuresOfMetrics } from "../watch/cloudwatch.js";
import { logMeasures } from "../watch/measured.js";
import type { Condition, Rule, Unit } from "../watch/rule.js";
import type { RuleConfig } from "../watch/rule-config.js";
import { parseSpan } from "./time-span.js";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** What the configuration says beside a rule. */
export interface RuleContext {
  /** Its folder: relative sources start there. */
  readonly folder: string;
  /** Sources of rules that name none. */
  readonly sources: readonly string[];
  readonly channels: readonly string[];
}

/** A rule of the configuration, with its defaults and in numbers; its texts are known to be valid. */
export function ruleOf(config: RuleConfig, context: RuleContext): Rule {
  const { cloudwatch: metric, measure = metric?.metric ?? "" } = config;
  const judges = ["scrapers", "floods", "budget"].includes(measure);
  const window = spanOf(config.window) ?? DEFAULT_WINDOWS[measure] ?? HOUR;
  const step = spanOf(config.step) ?? (window % HOUR === 0 ? HOUR : window);
  const conditions = conditionsOf(config);
  const own =
    config.sources === undefined ? context.sources : resolved(config.sources, context.folder);
  return {
    name: config.name,
    site: config.site ?? metric?.bucket ?? "",
    severity: config.severity,
    labels: config.labels ?? {},
    channels: config.channels === undefined ? context.channels : [config.channels].flat(),
    measure,
    unit: measure === "budget" ? budgetUnit(config) : unitOf(measure, metric !== undefined),
    ...(metric === undefined ? {} : { metric }),
    sources: own,
    where: [config.where ?? []].flat(),
    by: config.by,
    window_ms: window,
    step_ms: step,
    delay_ms: spanOf(config.delay) ?? (metric === undefined ? 0 : METRIC_DELAY),
    conditions,
    match: config.match,
    band: config.band ?? "strong",
    ...(config.prices === undefined ? {} : { prices: path.resolve(context.folder, config.prices) }),
    ...(config.service === undefined ? {} : { service: config.service }),
    policy: {
      for_ms: spanOf(config.for) ?? 0,
      repeat_ms: spanOf(config.repeat) ?? (measure === "budget" ? 31 * DAY : ALERT.repeat_ms),
      calm_steps: measure === "silence" || judges ? 1 : ALERT.calm_steps,
    },
    every: everyOf(config.every) ?? Math.min(step, HOUR),
  };
}

/** A month's forecast is tested on the months before. */
const DEFAULT_WINDOWS: Readonly<Record<string, number>> = { scrapers: DAY, budget: 186 * DAY };

/** Request metrics arrive some minutes late. */
const METRIC_DELAY = 10 * 60_000;

/** `150` is money, `500GB` a volume. */
const budgetUnit = ({ above }: RuleConfig): Unit =>
  typeof above === "string" && /[KMGTB]/i.test(above) ? "bytes" : "money";

const unitOf = (measure: string, isMetric: boolean): Unit => {
  if (isMetric) return measuresOfMetrics(measure);
  return measure === "silence" ? "seconds" : (logMeasures[measure]?.unit ?? "count");
};

/** Names of sources as they are from the folder of the configuration; addresses stay as they are. */
export const resolved = (sources: string | readonly string[], folder: string): string[] =>
  [sources]
    .flat()
    .map((name) => (/^[a-z][a-z0-9+.-]+:\/\//i.test(name) ? name : path.resolve(folder, name)));

/** A length that the schema has let through, in milliseconds. */
function spanOf(text: string | undefined): number | undefined {
  const span = text === undefined ? undefined : parseSpan(text);
  return typeof span === "number" ? span : undefined;
}

/** A length in milliseconds, or a cron expression. */
export const everyOf = (text: string | undefined): number | string | undefined => {
  const span = spanOf(text);
  return span === undefined ? text : span;
};

function conditionsOf(config: RuleConfig): Condition[] {
  const { above, below, times_average: average, times_baseline: usual, unusual } = config;
  return [
    ...(above === undefined ? [] : [{ kind: "above", limit: amountOf(above) } as const]),
    ...(below === undefined ? [] : [{ kind: "below", limit: amountOf(below) } as const]),
    ...(average === undefined ? [] : [{ kind: "times_average", times: average } as const]),
    ...(usual === undefined ? [] : [{ kind: "times_baseline", times: usual } as const]),
    ...(unusual === undefined ? [] : [{ kind: "unusual" } as const]),
  ];
}

/** `500`, `5%`, `100GB`: units of 1024, as everywhere in culprit. */
function amountOf(amount: number | string): number {
  if (typeof amount === "number") return amount;
  const [, digits = "", unit = ""] = /^([\d.]+)\s*(%|[KMGTB]?)/i.exec(amount) ?? [];
  if (unit === "%") return Number(digits) / 100;
  const power = "KMGT".indexOf(unit.toUpperCase()) + 1;
  return Number(digits) * (unit === "" ? 1 : 1024 ** power);
}
