import type { Scope } from "../analyses/scope.js";
import { dimension } from "../analyses/fields.js";
import { budget, budgetColumns, type Budget } from "../analyses/budget/budget.js";
import type { Amount } from "../analyses/budget/month.js";
import { priceColumns } from "../analyses/budget/days.js";
import { readPrices, serviceOf } from "../analyses/budget/prices.js";
import { budgetTold } from "../findings/budget.js";
import type { Labels } from "../alerts/alert.js";
import { percent } from "../outputs/numbers.js";
import { WATCH } from "./parameters.js";
import type { Rule } from "./rule.js";

/** A part of a month's budget that is reached, or the whole of it that will be. */
export interface Spending {
  readonly labels: Labels;
  /** In the price file's currency, or bytes. */
  readonly value: number;
  /** From 1 on people are told. */
  readonly ratio: number;
  readonly summary: string;
}

/** Columns of the record that a rule on the budget reads. */
export async function budgetRuleColumns({ prices }: Rule): Promise<readonly string[]> {
  return [...budgetColumns, ...priceColumns(await readPrices(prices)), "log_type"];
}

/**
 * The marks of the month's budget, half, most and all of it, against what is spent; and the whole
 * against the forecast, where that is sure enough. Each is a series of its own in each month, so that
 * it is told once.
 */
export async function spending(scope: Scope, rule: Rule): Promise<Spending[]> {
  const [condition] = rule.conditions;
  if (condition?.kind !== "above") return [];
  const { limit } = condition;
  const prices = await readPrices(rule.prices);
  const found = await budget(scope, {
    prices,
    service: rule.service ?? serviceOf(prices, await mostFrequent(scope)),
    fields: [dimension("client_ip", [], scope.zone, scope.dialect)],
    limit: rule.unit === "bytes" ? { bytes: limit } : { cost: limit },
  });
  if (found === undefined) return [];
  const value = ({ bytes, cost }: Amount): number => (rule.unit === "bytes" ? bytes : cost);
  const [head = "", ...more] = budgetTold(found);
  const spent = value(found.actual);
  const marks = WATCH.budget_marks.map((part): Spending => ({
    labels: { month: found.month, budget: `${100 * part}% spent` },
    value: spent,
    ratio: spent / (part * limit),
    summary: `${percent(spent / limit)} of the budget is spent. ${head}`,
  }));
  const forecast = value(found.forecast);
  return [
    ...marks,
    {
      labels: { month: found.month, budget: "forecast" },
      value: forecast,
      ratio: surely(found) ? forecast / limit : Math.min(forecast / limit, BELOW),
      summary: [head, ...more].join(" "),
    },
  ];
}

/** Just not enough. */
const BELOW = 0.99;

/** Whether past forecasts say that it is over; without any, the forecast itself does. */
const surely = ({ over, chance_over: chance }: Budget): boolean =>
  chance === null ? over : chance >= WATCH.budget_chance;

async function mostFrequent({ db, requests }: Scope): Promise<string | undefined> {
  const [row] = await db.rows(`SELECT log_type FROM ${requests} WHERE log_type IS NOT NULL
    GROUP BY log_type ORDER BY count(*) DESC, log_type LIMIT 1`);
  return row?.["log_type"] as string | undefined;
}
