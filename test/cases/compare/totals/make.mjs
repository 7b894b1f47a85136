import { leaves, log as logOf } from "../../../generators/leaves.mjs";

/** Totals of 360 combinations; elements of two conditions changed, and one combination of all four. */
const small = {
  dimensions: { a: 4, b: 5, c: 6, d: 3 },
  noise: 0.1,
  anomalies: 3,
  elements: 3,
  severity: 0.4,
  deviation: 0.1,
  deepest: false,
};

const NAMES = { a: "host", b: "request_method", c: "server_protocol", d: "scheme", bytes: "bytes_sent" };

export const log = Object.entries(NAMES).reduce(
  (text, [short, name]) => text.replaceAll(`"${short}":`, `"${name}":`),
  logOf(leaves(small, 20)),
);
