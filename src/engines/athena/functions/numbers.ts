import { each, macro, renamed, same, type Rules } from "./rule.js";

/**
 * https://trino.io/docs/current/functions/math.html
 * https://trino.io/docs/current/functions/bitwise.html
 */
export const numbers: Rules = {
  ...each("abs ceil ceiling floor sqrt cbrt exp ln log2 log10 sign degrees radians", same(1)),
  ...each("sin cos tan asin acos atan sinh cosh tanh", same(1)),
  ...each("mod pow power log atan2", same(2)),
  ...each("pi", same(0)),
  round: same([1, 2]),
  ...each("random rand", renamed("random", 0)),
  truncate: renamed("trunc", 1),
  e: macro(0, "() AS exp(1)"),
  nan: macro(0, "() AS CAST('NaN' AS DOUBLE)"),
  infinity: macro(0, "() AS CAST('Infinity' AS DOUBLE)"),
  is_nan: renamed("isnan", 1),
  is_finite: renamed("isfinite", 1),
  is_infinite: renamed("isinf", 1),
  width_bucket: macro(
    4,
    "(x, low, high, n) AS CASE WHEN x < low THEN 0 WHEN x >= high THEN n + 1 ELSE CAST(floor(n * CAST(x - low AS DOUBLE) / (high - low)) AS BIGINT) + 1 END",
  ),
  to_base: macro(2, "(n, radix) AS lower(to_base(n, radix))"),
  bitwise_and: macro(2, "(a, b) AS a & b"),
  bitwise_or: macro(2, "(a, b) AS a | b"),
  bitwise_xor: macro(2, "(a, b) AS xor(a, b)"),
};
