import { balancerLog } from "../../../generators/balancer.mjs";

export const log = balancerLog(1, 600);
