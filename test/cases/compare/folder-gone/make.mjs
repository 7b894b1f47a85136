import { combined, incident } from "../../../generators/incidents.mjs";

/** A folder is gone on a day that is as busy as the others. */
export const log = combined(incident("outage", 29).requests);
