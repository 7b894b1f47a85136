/** @typedef {import("./random.mjs").Random} Random */
/** @typedef {import("./world.mjs").Request} Request */

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** @param {number} number */
const two = (number) => String(number).padStart(2, "0");

/** @type {{ second: number, text: string }} */
let last = { second: -1, text: "" };

/**
 * `05/Nov/2026:10:31:02 +0000`; neighbours mostly share their second.
 * @param {number} second
 */
function clfTime(second) {
  if (second === last.second) return last.text;
  const time = new Date(second * 1000);
  const day = `${two(time.getUTCDate())}/${MONTHS[time.getUTCMonth()]}/${time.getUTCFullYear()}`;
  const clock = [time.getUTCHours(), time.getUTCMinutes(), time.getUTCSeconds()].map(two);
  last = { second, text: `${day}:${clock.join(":")} +0000` };
  return last.text;
}

/** @param {Request} request */
function combined({ client, second, method, target, protocol, status, bytes, referrer, agent }) {
  return `${client} - - [${clfTime(second)}] "${method} ${target} ${protocol}" ${status} ${bytes} "${referrer}" "${agent}"`;
}

const OWNER = "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be";

/** All 26 fields of an S3 server access log. */
/** @param {Request} request @param {Random} random */
function s3(
  { client, second, method, target, protocol, status, bytes, milliseconds, referrer, agent },
  random,
) {
  const id = (/** @type {number} */ length) =>
    Array.from({ length }, () => Math.floor(random.next() * 36).toString(36)).join("");
  const operation = `REST.${method}.OBJECT`;
  const key = target.slice(1).split("?")[0] || "index.html";
  const error = status === 404 ? "NoSuchKey" : "-";
  return (
    `${OWNER} example-bucket [${clfTime(second)}] ${client} - ${id(16).toUpperCase()} ${operation} ${key} ` +
    `"${method} /example-bucket${target} ${protocol}" ${status} ${error} ${bytes} ${bytes} ${milliseconds} ` +
    `${milliseconds >> 1} "${referrer}" "${agent}" - ${id(56)}= SigV4 ECDHE-RSA-AES128-GCM-SHA256 AuthHeader ` +
    `example-bucket.s3.eu-west-1.amazonaws.com TLSv1.2 - -`
  );
}

/** @param {Request} request @param {Random} random */
function squid({ client, second, method, target, status, bytes, milliseconds }, random) {
  const result = random.next() < 0.4 ? "TCP_HIT" : "TCP_MISS";
  const from = result === "TCP_HIT" ? "HIER_NONE/-" : "HIER_DIRECT/198.51.100.7";
  const fraction = String(random.below(1000)).padStart(3, "0");
  return (
    `${second}.${fraction} ${String(milliseconds).padStart(6)} ${client} ${result}/${status} ${bytes} ` +
    `${method} http://www.example.com${target} - ${from} text/html`
  );
}

/** How each server writes a request down. */
/** @type {Readonly<Record<string, (request: Request, random: Random) => string>>} */
export const writers = { combined, s3, squid };
