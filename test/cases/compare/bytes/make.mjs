import { combined, incident } from "../../../generators/incidents.mjs";

export const log = combined(incident("large downloads", 3).requests);
