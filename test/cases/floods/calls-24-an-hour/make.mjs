import { combinedLines, person, timer } from "../../../generators/callers.mjs";

// Forty people, and a device that calls exactly 24 times an hour.
const people = Array.from({ length: 40 }, (_, at) =>
  person({ seed: at + 1, ip: `198.51.100.${at}` }),
).flat();
export const log = combinedLines([
  ...people,
  ...timer({ seed: 5, ip: "203.0.113.24", period: 150, jitter: 0.005 }),
]).join("\n");
