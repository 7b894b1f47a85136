import { incident, json } from "../../../generators/incidents.mjs";

export const log = json(incident("client and hot path", 1).requests);
