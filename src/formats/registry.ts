import { albConnection } from "./alb-connection.js";
import { alb } from "./alb.js";
import { caddy } from "./caddy.js";
import { cloudfront } from "./cloudfront.js";
import { cloudstorage } from "./cloudstorage.js";
import { combined } from "./combined.js";
import { common } from "./common.js";
import { elb } from "./elb.js";
import type { Format } from "./format.js";
import { haproxy } from "./haproxy.js";
import { iis } from "./iis.js";
import { jsonl } from "./jsonl.js";
import { nginx } from "./nginx.js";
import { nlb } from "./nlb.js";
import { s3 } from "./s3.js";
import { squidHttpd } from "./squid-httpd.js";
import { squid } from "./squid.js";
import { tomcat } from "./tomcat.js";
import { traefikJson } from "./traefik-json.js";
import { traefik } from "./traefik.js";
import { varnish } from "./varnish.js";
import { vhost } from "./vhost.js";
import { w3c } from "./w3c.js";

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
  cloudfront,
  iis,
  w3c,
  nginx,
  squid,
  squidHttpd,
  tomcat,
  haproxy,
  varnish,
  traefik,
  cloudstorage,
  caddy,
  traefikJson,
  jsonl,
];

/** The format of a name or alias, compared without case. */
export function findFormat(name: string): Format | undefined {
  const wanted = name.toLowerCase();
  return formats.find((format) => format.name === wanted || format.aliases.includes(wanted));
}
