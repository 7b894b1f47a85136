import { combinedLines } from "../../../generators/callers.mjs";
import { siteHours } from "../../../generators/site-hours.mjs";

// Ten days of an ordinary site, two hours of which have eight times their requests.
const injections = [{ at: 204, hours: 2, factor: 8 }];
export const log = combinedLines(
  siteHours({ seed: 3, days: 10, mean: 40, injections }).flatMap(({ from, requests }) =>
    Array.from({ length: requests }, (_, at) => ({
      time: from.getTime() / 1000 + (at * 3600) / requests,
      ip: `198.51.100.${at % 50}`,
      target: "/",
      agent: "Mozilla/5.0",
    })),
  ),
).join("\n");
