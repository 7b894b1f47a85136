import { combined, incident } from "../../../generators/incidents.mjs";

/** Seven downloads of one client are seven times the bytes of all others. */
export const log = combined(incident("large downloads", 6).requests);
