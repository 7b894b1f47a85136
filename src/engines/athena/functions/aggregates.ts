import { each, macro, refused, renamed, same, type Rules } from "./rule.js";

/**
 * https://trino.io/docs/current/functions/aggregate.html
 * https://trino.io/docs/current/functions/window.html
 */
export const aggregates: Rules = {
  ...each("sum avg bool_and bool_or count_if array_agg histogram geometric_mean", same(1)),
  count: same([0, 1]),
  ...each("min max", same([1, 2])),
  ...each("stddev stddev_samp stddev_pop variance var_samp var_pop skewness kurtosis", same(1)),
  ...each("corr covar_samp covar_pop regr_slope regr_intercept", same(2)),
  grouping: same([1, 32]),
  every: renamed("bool_and", 1),
  ...each("arbitrary any_value", renamed("any_value", 1)),
  approx_distinct: renamed("approx_count_distinct", 1),
  approx_percentile: renamed("approx_quantile", 2),
  // Unlike the engine's own max_by these also give a NULL that stands beside the greatest value.
  max_by: renamed("arg_max_null", 2),
  min_by: renamed("arg_min_null", 2),
  map_agg: macro(
    2,
    "(k, v) AS map(list(DISTINCT k) FILTER (k IS NOT NULL), list_transform(list(DISTINCT k) FILTER (k IS NOT NULL), lambda q: list(v)[list_position(list(k), q)]))",
  ),
  approx_most_frequent: refused(
    "approx_most_frequent counts approximately, in a way of its own",
    "Count exactly: SELECT x, count(*) … GROUP BY x ORDER BY 2 DESC LIMIT 10",
  ),
  listagg: refused(
    "listagg … WITHIN GROUP is not known to the engine",
    "Write array_join(array_agg(x ORDER BY x), ',')",
  ),
  reduce_agg: refused("reduce_agg needs a lambda", "Write it with sum, max or array_agg"),
  ...each("row_number rank dense_rank percent_rank cume_dist", same(0)),
  ...each("ntile first_value last_value", same(1)),
  ...each("lag lead", same([1, 3])),
  nth_value: same(2),
};
