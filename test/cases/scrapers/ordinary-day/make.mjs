import { logOf, Shop } from "../../../generators/scrapers.mjs";

export const log = logOf(new Shop(8).ordinary(300));
