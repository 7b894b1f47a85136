import { Exit, Problem } from "../../problems/problem.js";
import { nearest } from "../nearest.js";
import { apache } from "./apache.js";
import { awsWaf } from "./aws-waf.js";
import type { BlockTarget } from "./blocklist.js";
import { crowdsecCsv, crowdsecJson } from "./crowdsec.js";
import { ipset } from "./ipset.js";
import { nftables } from "./nftables.js";
import { nginx, nginxGeo } from "./nginx.js";
import { plain } from "./plain.js";
import { s3Policy } from "./s3-policy.js";
import { squid } from "./squid.js";
import { tomcat } from "./tomcat.js";

/** Everything that a plan can be written for. */
export const blockTargets: readonly BlockTarget[] = [
  nginx,
  nginxGeo,
  apache,
  squid,
  tomcat,
  nftables,
  ipset,
  awsWaf,
  s3Policy,
  crowdsecCsv,
  crowdsecJson,
  plain,
];

/** The target of a name. */
export function blockTarget(name: string): BlockTarget {
  const found = blockTargets.find((target) => target.name === name);
  if (found !== undefined) return found;
  const names = blockTargets.map((target) => target.name);
  const guess = nearest(name, names);
  throw new Problem({
    code: "unknown-block-target",
    what: `No block list can be written for ${name}`,
    help: `${guess === undefined ? "" : `Did you mean ${guess}? `}There are ${names.join(", ")}`,
    exit: Exit.usage,
  });
}
