import { combined, incident } from "../../../generators/incidents.mjs";

export const log = combined(incident("new client", 5).requests);
