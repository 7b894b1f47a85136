import { logOf, Shop } from "../../../generators/scrapers.mjs";

// Scattered homes: none is proven on its own, so nobody is blocked for them.
const shop = new Shop(4);
export const log = logOf([...shop.ordinary(300), ...shop.residential(150, 2)]);
