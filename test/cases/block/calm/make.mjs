import { logOf, Shop } from "../../../generators/scrapers.mjs";

export const log = logOf(new Shop(6).ordinary(150));
