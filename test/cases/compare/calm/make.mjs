import { combined, World } from "../../../generators/incidents.mjs";

export const log = combined(new World(7).ordinary());
