import { combined, incident } from "../../../generators/incidents.mjs";

export const log = combined(incident("outage", 2).requests);
