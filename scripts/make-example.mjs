// Writes examples/shop.log: three quiet days of a small shop, and one night with a scraper.
// Every address is reserved for documentation (RFC 5737, RFC 3849); the numbers are made up.
import { writeFileSync } from "node:fs";

let seed = 20261105;
const random = () => {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return seed / 2 ** 32;
};
/** @type {(list: string[]) => string} */
const pick = (list) => list[Math.floor(random() * list.length)] ?? "";
const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
const clf = (/** @type {Date} */ date) =>
  `${two(date.getUTCDate())}/${months[date.getUTCMonth()]}/${date.getUTCFullYear()}:` +
  `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())} +0000`;

const browsers = [
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36",
  "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15",
  "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0",
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1",
];
const assets = ["/style.css", "/app.js", "/logo.svg", "/favicon.ico"];
const start = Date.UTC(2026, 10, 3);
/** @type {[at: number, line: string][]} */
const lines = [];

/**
 * @param {number} at
 * @param {string} ip
 * @param {string} method
 * @param {string} target
 * @param {number} status
 * @param {number} bytes
 * @param {string} referrer
 * @param {string} agent
 */
function add(at, ip, method, target, status, bytes, referrer, agent) {
  const date = new Date(at);
  lines.push([
    at,
    `${ip} - - [${clf(date)}] "${method} ${target} HTTP/1.1" ${status} ${bytes} "${referrer}" "${agent}"`,
  ]);
}

for (let visit = 0; visit < 260; visit++) {
  const day = Math.floor(random() * 3);
  const hour = 7 + 8 * (random() + random());
  let at = start + ((day * 24 + hour) * 3600 + random() * 3600) * 1000;
  const ip =
    visit % 11 === 0
      ? `2001:db8:${visit}::${visit % 7}`
      : `${pick(["192.0.2", "198.51.100"])}.${1 + Math.floor(random() * 250)}`;
  const agent = pick(browsers);
  const pages = 1 + Math.floor(random() * 4);
  let referrer = random() < 0.4 ? "https://www.example.org/search" : "-";
  for (let page = 0; page < pages; page++) {
    const target = page === 0 ? "/" : `/product/${1 + Math.floor(random() ** 2 * 400)}`;
    add(
      at,
      ip,
      "GET",
      target,
      random() < 0.02 ? 404 : 200,
      4000 + Math.floor(random() * 9000),
      referrer,
      agent,
    );
    if (page === 0)
      for (const asset of assets)
        add(
          at + 300,
          ip,
          "GET",
          asset,
          200,
          900 + asset.length * 310,
          "https://shop.example/",
          agent,
        );
    referrer = `https://shop.example${target}`;
    at += (8 + random() * 70) * 1000;
  }
}
for (let hour = 0; hour < 72; hour += 4) {
  add(
    start + (hour * 3600 + 61) * 1000,
    "198.51.100.253",
    "GET",
    "/robots.txt",
    200,
    68,
    "-",
    "Mozilla/5.0 (compatible; ExampleBot/2.1; +https://bot.example.net/)",
  );
}
for (let page = 1; page <= 700; page++) {
  const at = start + 51 * 3_600_000 + page * 10_000 + random() * 2000;
  add(
    at,
    "203.0.113.7",
    "GET",
    `/product/${page}?view=full`,
    page % 90 === 0 ? 503 : 200,
    21_000 + Math.floor(random() * 4000),
    "-",
    "python-requests/2.32.3",
  );
}
lines.sort((a, b) => a[0] - b[0]);
const text = lines.map(([, line]) => line);
text.splice(900, 0, '192.0.2.77 - - [05/Nov/2026:09:12:44 +0000] "GET /prod');
writeFileSync(new URL("../examples/shop.log", import.meta.url), `${text.join("\n")}\n`);
