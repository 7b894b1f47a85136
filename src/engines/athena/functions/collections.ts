import { each, macro, refused, renamed, same, type Rules } from "./rule.js";

const lambda = refused(
  "Functions that take a lambda have no equivalent here",
  "Unnest the array instead: FROM t CROSS JOIN UNNEST(a) AS u(x)",
);
const allPresent = (call: string): string => `CASE WHEN len(x) = list_count(x) THEN ${call} END`;

/**
 * https://trino.io/docs/current/functions/array.html
 * https://trino.io/docs/current/functions/map.html
 */
export const collections: Rules = {
  // The engine's own cardinality knows maps only.
  cardinality: macro(
    1,
    "(x) AS CASE WHEN x IS NULL THEN NULL WHEN json_type(to_json(x)) = 'ARRAY' THEN json_array_length(to_json(x)) ELSE len(json_keys(to_json(x))) END",
  ),
  element_at: macro(2, "(x, k) AS x[k]"),
  contains: same(2),
  flatten: same(1),
  array_distinct: macro(
    1,
    "(x) AS list_filter(x, lambda value, position: list_position(x, value) = position)",
  ),
  array_sort: macro(1, "(x) AS list_sort(x, 'ASC', 'NULLS LAST')"),
  array_join: renamed("array_to_string", 2),
  array_max: macro(1, `(x) AS ${allPresent("list_max(x)")}`),
  array_min: macro(1, `(x) AS ${allPresent("list_min(x)")}`),
  array_position: macro(
    2,
    "(x, e) AS CASE WHEN x IS NOT NULL AND e IS NOT NULL THEN coalesce(list_position(x, e), 0) END",
  ),
  arrays_overlap: renamed("list_has_any", 2),
  slice: macro(
    3,
    "(x, b, n) AS list_slice(x, CASE WHEN b < 0 THEN len(x) + b + 1 ELSE b END, CASE WHEN b < 0 THEN len(x) + b + 1 ELSE b END + n - 1)",
  ),
  sequence: macro(
    [2, 3],
    "(a, b) AS CASE WHEN a <= b THEN generate_series(a, b) ELSE generate_series(a, b, -1) END, (a, b, s) AS generate_series(a, b, s)",
  ),
  map: same([0, 2]),
  map_concat: same([2, 32]),
  ...each("map_keys map_values map_entries map_from_entries", same(1)),
  ...each(
    "transform filter reduce any_match all_match none_match zip_with transform_keys transform_values map_filter map_zip_with",
    lambda,
  ),
  repeat: refused("Trino's repeat makes an array, the engine's a text", "Write ARRAY[x, x, x]"),
};
