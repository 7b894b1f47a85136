import { logOf, Shop } from "../../../generators/scrapers.mjs";

const shop = new Shop(3);
export const log = logOf([
  ...shop.ordinary(150),
  ...shop.sequential(),
  ...shop.rotating(),
  ...shop.subnet(),
]);
