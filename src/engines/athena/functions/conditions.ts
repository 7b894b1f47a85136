import { macro, refused, same, variadic, type Rules } from "./rule.js";

const nullIfAny = (names: readonly string[], call: string): string =>
  `CASE WHEN ${names.map((name) => `${name} IS NULL`).join(" OR ")} THEN NULL ELSE ${call}(${names.join(", ")}) END`;

/** https://trino.io/docs/current/functions/conditional.html */
export const conditions: Rules = {
  coalesce: same([2, 255]),
  nullif: same(2),
  try: same(1),
  if: macro([2, 3], "(c, a) AS CASE WHEN c THEN a END, (c, a, b) AS CASE WHEN c THEN a ELSE b END"),
  // The engine's own pass over NULL.
  greatest: variadic(12, (names) => nullIfAny(names, "greatest")),
  least: variadic(12, (names) => nullIfAny(names, "least")),
  typeof: refused("Types have other names here", "Leave it out, or DESCRIBE without --athena"),
};
