import { logOf, Shop } from "../../../generators/scrapers.mjs";

// A day of people; one who takes all pages in order, one with many User-Agents, and 150 people behind a proxy.
const shop = new Shop(7);
export const log = logOf([
  ...shop.ordinary(300),
  ...shop.sequential(),
  ...shop.rotating(),
  ...shop.proxy(),
]);
