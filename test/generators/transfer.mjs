// S3 access logs by days: what left a bucket, with a week's rhythm.

const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
const WEEK = [0.7, 1, 1, 1.1, 1.1, 1.2, 0.8];

/** @param {number} n */
const two = (n) => String(n).padStart(2, "0");

/**
 * @typedef {object} Download
 * @property {string} time ISO, UTC.
 * @property {number} bytes
 * @property {string} [ip]
 * @property {number} [status]
 * @property {string} [error]
 * @property {string} [operation]
 * @property {string} [agent]
 * @property {string} [requester]
 */

/**
 * A line as S3 writes it.
 * @param {Download} download @param {number} id
 */
export function s3Line(
  {
    time,
    bytes,
    ip = "198.51.100.1",
    status = 200,
    error = "-",
    operation = "REST.GET.OBJECT",
    agent = "curl/8",
    requester = "-",
  },
  id,
) {
  const at = new Date(time);
  const day = `${two(at.getUTCDate())}/${MONTHS[at.getUTCMonth()]}/${at.getUTCFullYear()}`;
  const clock = `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())}`;
  const request = id.toString(16).toUpperCase().padStart(16, "0");
  return (
    `owner shop [${day}:${clock} +0000] ${ip} ${requester} ${request} ${operation} a.zip ` +
    `"GET /shop/a.zip HTTP/1.1" ${status} ${error} ${bytes} ${bytes} 20 10 "-" "${agent}" - host= ` +
    `SigV4 TLS_AES_128_GCM_SHA256 - shop.s3.amazonaws.com TLSv1.3 - -`
  );
}

/**
 * Downloads of whole days, every six hours, each with a part of the day's GB; one client takes a
 * quarter.
 * @param {string} from First day. @param {number} days @param {number} gb On an ordinary day.
 */
export function transfer(from, days, gb) {
  const start = Date.parse(`${from}T00:00:00Z`);
  return Array.from({ length: days * 4 }, (_, at) => {
    const time = new Date(start + at * 6 * 3_600_000);
    const part = (WEEK[time.getUTCDay()] ?? 1) / 4;
    return {
      time: new Date(time.getTime() + (at % 4 === 3 ? 6 * 3_600_000 - 1000 : 0)).toISOString(),
      bytes: Math.round(part * gb * 2 ** 30),
      ip: at % 4 === 0 ? "203.0.113.50" : `198.51.100.${at % 200}`,
    };
  });
}

/** @param {readonly Download[]} downloads */
export const s3Log = (downloads) =>
  downloads
    .toSorted((a, b) => (a.time < b.time ? -1 : 1))
    .map((download, at) => `${s3Line(download, at)}\n`)
    .join("");
