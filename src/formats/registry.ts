import { albConnection } from "./alb-connection.js";
import { alb } from "./alb.js";
import { combined } from "./combined.js";
import { common } from "./common.js";
import { elb } from "./elb.js";
import type { Format } from "./format.js";
import { nlb } from "./nlb.js";
import { s3 } from "./s3.js";
import { vhost } from "./vhost.js";

/** Every named format; where two read a line equally well, detection takes the earlier one. */
export const formats: readonly Format[] = [
  combined,
  common,
  vhost,
  s3,
  alb,
  albConnection,
  nlb,
  elb,
];

/** The format of a name or alias, compared without case. */
export function findFormat(name: string): Format | undefined {
  const wanted = name.toLowerCase();
  return formats.find((format) => format.name === wanted || format.aliases.includes(wanted));
}
