import { combined, incident } from "../../../generators/incidents.mjs";

export const log = combined(incident("failing path", 3).requests);
