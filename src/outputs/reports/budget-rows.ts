import type { Budget } from "../../analyses/budget/budget.js";
import type { RowSet } from "../rows.js";
import type { Value } from "../values.js";

/** A month as JSON. */
export function budgetDocument(found: Budget, told: readonly string[]): Record<string, Value> {
  const { days, culprits, interval, not_billed: free, limit, notes, spike_days: spikes } = found;
  return {
    schema_version: 1,
    paragraph: told.join(" "),
    ...found,
    actual: { ...found.actual },
    forecast: { ...found.forecast },
    with_spikes: found.with_spikes && { ...found.with_spikes },
    without_spikes: found.without_spikes && { ...found.without_spikes },
    limit: limit && { ...limit },
    interval: interval && {
      ...interval,
      low: { ...interval.low },
      high: { ...interval.high },
      test: interval.test && { ...interval.test },
    },
    spike_days: [...spikes],
    days: days.map(({ sum, ...day }) => ({ ...day, sum: { ...sum } })),
    culprits: culprits.map(({ values, without, ...own }) => ({
      ...values,
      ...own,
      without: { ...without },
    })),
    not_billed: free.map((one) => ({ ...one })),
    notes: [...notes],
  };
}

/** A row a day. */
export const budgetRows = (days: Budget["days"]): RowSet => ({
  columns: [
    { name: "day", type: "text" },
    { name: "kind", type: "text" },
    { name: "spike", type: "bool" },
    { name: "bytes", type: "int" },
    { name: "cost", type: "float" },
    { name: "sum_bytes", type: "int" },
    { name: "sum_cost", type: "float" },
  ],
  rows: days.map(({ day, kind, spike, bytes, cost, sum }) => [
    day,
    kind,
    spike,
    bytes,
    cost,
    sum.bytes,
    sum.cost,
  ]),
});
