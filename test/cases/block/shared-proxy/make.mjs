import { logOf, Shop } from "../../../generators/scrapers.mjs";

// Thirty people behind one address, and a scraper behind the same.
const shop = new Shop(5);
const people = Array.from({ length: 30 }, () => shop.agent());
export const log = logOf([
  ...shop.ordinary(150),
  ...people.flatMap((agent) => shop.visit("203.0.113.200", agent, shop.when(), false)),
  ...shop.sequential("203.0.113.200"),
]);
