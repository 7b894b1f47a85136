import { wideIncident } from "../../../generators/wide-incident.mjs";

export const log = wideIncident();
