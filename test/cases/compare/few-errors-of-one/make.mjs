import { fewErrors } from "../../../generators/few-errors.mjs";
import { combined } from "../../../generators/incidents.mjs";

export const log = combined(fewErrors(40));
