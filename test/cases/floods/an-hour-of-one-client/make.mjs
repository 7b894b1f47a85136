import { combinedLines, flood, person, shared } from "../../../generators/callers.mjs";

// People, many behind one address, and one who asks for 3,000 pages within an hour.
const people = Array.from({ length: 40 }, (_, at) =>
  person({ seed: at + 1, ip: `198.51.100.${at}` }),
).flat();
export const log = combinedLines([
  ...people,
  ...shared({ seed: 3, ip: "192.0.2.1", perHour: 200 }),
  ...flood({ seed: 9, ip: "203.0.113.9", requests: 3000, from: 14, until: 15 }),
]).join("\n");
