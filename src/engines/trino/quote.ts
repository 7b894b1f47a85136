import { literal as standard, type Literal } from "../sql.js";

/** Trino and Athena read standard SQL; only whole numbers beyond 64 bits need a word more. */
export function literal(value: Literal): string {
  const beyond =
    typeof value === "bigint" && (value >= 2n ** 63n || value < -(2n ** 63n)) ? value : undefined;
  return beyond === undefined ? standard(value) : `DECIMAL '${String(beyond)}'`;
}
