import { Random, Zipf } from "./random.mjs";

/** One request before any server has written it down. */
/**
 * @typedef {object} Request
 * @property {number} second seconds since 1970
 * @property {string} client
 * @property {string} method
 * @property {string} target path and query
 * @property {string} protocol
 * @property {number} status
 * @property {number} bytes
 * @property {number} milliseconds
 * @property {string} referrer
 * @property {string} agent
 */

const START = Date.UTC(2026, 10, 2) / 1000;
const DAYS = 7;

const STEMS = [
  "product",
  "category",
  "search",
  "static/js",
  "static/css",
  "images",
  "api/v1",
  "blog",
  "account",
  "download",
];
const ENDINGS = ["", "", "", ".html", ".js", ".css", ".jpg", ".png", ".json", ".pdf"];
const METHODS = [...Array(18).fill("GET"), "POST", "HEAD"];
const STATUSES = [
  ...Array(85).fill(200),
  ...Array(5).fill(304),
  ...Array(4).fill(301),
  ...Array(5).fill(404),
  500,
];
const AGENTS = [
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36",
  "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15",
  "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0",
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1",
  "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Mobile Safari/537.36",
  "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
  "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
  "curl/8.9.1",
  "python-requests/2.32.3",
  "-",
];
const REFERRERS = [
  "-",
  "-",
  "https://www.example.com/",
  "https://www.example.com/category/7",
  "https://search.example.net/?q=shoes",
];

/** Requests of a client, in the mean; half of a visit is paths that it asks for but once. */
const A_CLIENT = 15;
const PATHS = 50_000;

/**
 * The requests of a week, in order of time, with more by day than by night: few clients and few
 * paths make most of them (Zipf), some clients come by IPv6, some targets have a query. There are as
 * many clients for the lines, and as many pairs of client and path, as in logs of real sites.
 * @param {number} count
 * @param {number} seed
 * @param {number} week how many weeks later they are
 * @returns {Generator<Request>}
 */
export function* requests(count, seed, week = 0) {
  const random = new Random(seed);
  const many = Math.ceil(count / A_CLIENT);
  const clients = Array.from({ length: many }, (_, index) => address(random, index));
  const paths = Array.from({ length: PATHS }, (_, index) => pathOf(random, index));
  const nextClient = new Zipf(random, clients.length, 1);
  const nextPath = new Zipf(random, paths.length, 1.1);
  const nextAgent = new Zipf(random, AGENTS.length, 0.7);
  const agents = clients.map(() => nextAgent.next());
  let day = 0;
  for (let index = 0; index < count; index++) {
    // The mean of 1 / (1 + 0.8 sin) is 1 / 0.6: with it the week is full at the end.
    day += ((DAYS / count) * (1 + 0.8 * Math.sin(2 * Math.PI * day))) / 0.6;
    const client = nextClient.next();
    const path = /** @type {string} */ (paths[nextPath.next()]);
    const status = random.of(STATUSES);
    yield {
      second: START + Math.floor((day + DAYS * week) * 86_400),
      client: /** @type {string} */ (clients[client]),
      method: random.of(METHODS),
      target: path + query(random),
      protocol: random.next() < 0.6 ? "HTTP/2.0" : "HTTP/1.1",
      status,
      bytes: status === 304 ? 0 : Math.floor(400 * Math.exp(6 * random.next() ** 2)),
      milliseconds: Math.floor(2 * Math.exp(6 * random.next() ** 2)),
      referrer: random.of(REFERRERS),
      // Now and then two people share an address.
      agent: /** @type {string} */ (
        AGENTS[random.next() < 0.05 ? nextAgent.next() : /** @type {number} */ (agents[client])]
      ),
    };
  }
}

/**
 * Every tenth client comes by IPv6.
 * @param {Random} random
 * @param {number} index
 */
function address(random, index) {
  if (index % 10 !== 5) {
    return [
      1 + random.below(223),
      random.below(256),
      random.below(256),
      1 + random.below(254),
    ].join(".");
  }
  const groups = Array.from({ length: 4 }, () => (1 + random.below(0xfffe)).toString(16));
  return `2001:db8:${groups.slice(0, 2).join(":")}::${groups.slice(2).join(":")}`;
}

/**
 * @param {Random} random
 * @param {number} index
 */
function pathOf(random, index) {
  if (index === 0) return "/";
  return `/${random.of(STEMS)}/${index}${random.of(ENDINGS)}`;
}

/**
 * Half of the requests have a query: some are few and come often, others never come again.
 * @param {Random} random
 */
function query(random) {
  const chance = random.next();
  if (chance < 0.5) return "";
  if (chance < 0.75) return `?page=${random.below(500)}&sort=price&order=asc`;
  return `?q=shoes&session=${random
    .below(2 ** 32)
    .toString(16)
    .padStart(8, "0")}`;
}
