// A shop's access log with labels: ordinary people, avowed automata, and those who scrape it.
import { Random, Zipf } from "../../bench/random.mjs";

/**
 * @typedef {object} Hit
 * @property {string} ip
 * @property {number} time Seconds since 1970.
 * @property {string} target
 * @property {string} agent
 * @property {string} [referrer]
 * @property {number} [status]
 * @property {string} [method]
 */

const START = Date.UTC(2026, 10, 2) / 1000;
const DAY = 86_400;
const DAYS = 3;
const CATALOGUE = 600;
const SITE = "https://shop.example";

const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

/** @param {number} n */
const two = (n) => String(n).padStart(2, "0");

/**
 * A line in the combined format.
 * @param {Hit} hit
 */
function line({ ip, time, target, agent, referrer = "-", status = 200, method = "GET" }) {
  const at = new Date(time * 1000);
  const day = `${two(at.getUTCDate())}/${MONTHS[at.getUTCMonth()]}/${at.getUTCFullYear()}`;
  const clock = `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())}`;
  const size = 300 + ((target.length * 7919) % 20_000);
  return `${ip} - - [${day}:${clock} +0000] "${method} ${target} HTTP/1.1" ${status} ${size} "${referrer}" "${agent}"`;
}

/**
 * The lines of a log, in order of time.
 * @param {readonly Hit[]} hits
 */
export const logOf = (hits) =>
  hits
    .toSorted((a, b) => a.time - b.time)
    .map((hit) => `${line(hit)}\n`)
    .join("");

/**
 * A browser's User-Agent, one of some hundreds.
 * @param {Random} random
 */
function browser(random) {
  const system = random.of([
    "Windows NT 10.0; Win64; x64",
    "Macintosh; Intel Mac OS X 10_15_7",
    "X11; Linux x86_64",
    "Linux; Android 14; Pixel 8",
    "Linux; Android 13; SM-A536B",
  ]);
  const version = 118 + random.below(14);
  return random.next() < 0.25
    ? `Mozilla/5.0 (${system}; rv:${version}.0) Gecko/20100101 Firefox/${version}.0`
    : `Mozilla/5.0 (${system}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${version}.0.0.0 Safari/537.36`;
}

/**
 * A time of the day at which people are awake, most in the evening.
 * @param {Random} random
 */
function waking(random) {
  for (;;) {
    const hour = random.next() * 24;
    const busy = hour < 6 ? 0.08 : 0.55 + 0.45 * Math.sin(((hour - 9) / 24) * 2 * Math.PI);
    if (random.next() < busy) return Math.floor(hour * 3600);
  }
}

/** A shop of numbered items, some much more popular than others. */
export class Shop {
  /** @param {number} seed */
  constructor(seed) {
    this.random = new Random(seed);
    this.popular = new Zipf(this.random, CATALOGUE, 0.9);
    this.places = Array.from({ length: CATALOGUE }, (_, at) => 1000 + at);
    for (let at = CATALOGUE - 1; at > 0; at--) {
      const other = this.random.below(at + 1);
      const [a, b] = [this.places[at], this.places[other]];
      this.places[at] = /** @type {number} */ (b);
      this.places[other] = /** @type {number} */ (a);
    }
  }

  page() {
    return `/item/${this.places[this.popular.next()]}`;
  }

  /** Every page once, in an order of its own. */
  everyPage() {
    return this.places.map((place) => `/item/${place}`);
  }

  /** @param {string} block */
  address(block) {
    return `${block}.${this.random.below(200)}.${1 + this.random.below(250)}`;
  }

  agent() {
    return browser(this.random);
  }

  /**
   * A visit as a person makes it: pages one after the other, each with what it needs unless that is
   * cached, reached from elsewhere and then from each other.
   * @param {string} ip
   * @param {string} agent
   * @param {number} start
   * @returns {Hit[]}
   */
  visit(ip, agent, start, cached = this.random.next() < 0.1) {
    const { random } = this;
    const hits = /** @type {Hit[]} */ ([]);
    const pages = 1 + Math.floor(-3 * Math.log(1 - random.next()));
    let referrer = random.of(["-", "https://www.google.com/", "https://news.example/", "-"]);
    let time = start;
    for (let at = 0; at < pages; at++) {
      const search = random.next() < 0.1;
      const target = search
        ? `/search?q=${random.of(["shoes", "hat", "coat", "bag"])}`
        : this.page();
      hits.push({ ip, agent, time, target, referrer });
      const own = `${SITE}${target}`;
      const assets = cached
        ? random.below(2)
        : at === 0
          ? 5 + random.below(5)
          : 1 + random.below(4);
      for (let asset = 0; asset < assets; asset++) {
        const file =
          asset < 3
            ? ["/main.css", "/app.js", "/logo.png"][asset]
            : `/img/${random.below(900)}.jpg`;
        hits.push({
          ip,
          agent,
          time: time + random.below(2),
          target: file ?? "/x.png",
          referrer: own,
        });
      }
      if (at === 0 && random.next() < 0.4)
        hits.push({ ip, agent, time, target: "/favicon.ico", referrer: own });
      referrer = own;
      time += 4 + Math.floor(-40 * Math.log(1 - random.next()));
    }
    return hits;
  }

  when() {
    return START + this.random.below(DAYS) * DAY + waking(this.random);
  }

  /**
   * Nobody scrapes: people, some of them readers of one page, some with everything cached, an app,
   * a feed reader, a monitor and a search engine that says so.
   * @returns {Hit[]}
   */
  ordinary(people = 700) {
    const hits = /** @type {Hit[]} */ ([]);
    for (let person = 0; person < people; person++) {
      const [ip, agent] = [this.address("198.18"), this.agent()];
      const visits = 1 + (this.random.next() < 0.3 ? this.random.below(4) : 0);
      for (let at = 0; at < visits; at++) hits.push(...this.visit(ip, agent, this.when(), at > 0));
    }
    // A link in a letter, read where images are blocked.
    for (let reader = 0; reader < people / 10; reader++) {
      const [ip, agent] = [this.address("198.19"), this.agent()];
      hits.push({ ip, agent, time: this.when(), target: this.page() });
    }
    for (let user = 0; user < 20; user++) hits.push(...this.app());
    for (let minute = 0; minute < DAYS * 24 * 60; minute += 5) {
      const time = START + minute * 60;
      hits.push({ ip: "203.0.113.9", time, target: "/health", agent: "check/1.0 of ours" });
    }
    for (const [at, target] of this.everyPage().slice(0, 150).entries()) {
      const agent = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)";
      hits.push({ ip: "192.0.2.66", time: START + at * 1500, target, agent });
    }
    return hits;
  }

  /** The shop's own app: it loads no images from here, and says nothing of where it comes from. */
  app() {
    const ip = this.address("198.19");
    const time = this.when();
    const length = 3 + this.random.below(15);
    return Array.from({ length }, (_, at) => ({
      ip,
      agent: "ShopApp/3.1 (Android 14)",
      time: time + at * (3 + this.random.below(20)),
      target: this.random.next() < 0.5 ? "/api/cart" : `/api${this.page()}`,
    }));
  }

  /** S1: one address, numbered lists in order. */
  sequential(ip = "203.0.113.11", pages = 300) {
    const agent = this.agent();
    const start = this.when();
    return Array.from({ length: pages }, (_, at) => ({
      ip,
      agent,
      time: start + at * 2,
      target: `/list?page=${at + 1}`,
    }));
  }

  /** S2: one address that changes its User-Agent. */
  rotating(ip = "203.0.113.22", pages = 300) {
    const agents = Array.from({ length: 40 }, () => this.agent());
    const start = this.when();
    return this.everyPage()
      .slice(0, pages)
      .map((target, at) => ({
        ip,
        agent: agents[this.random.below(agents.length)] ?? "",
        time: start + at * 3,
        target,
      }));
  }

  /** S3: a subnet that divides the catalogue. */
  subnet(addresses = 30, each = 8) {
    const agents = Array.from({ length: 5 }, () => this.agent());
    const start = this.when();
    return this.everyPage()
      .slice(0, addresses * each)
      .map((target, at) => ({
        ip: `203.0.100.${10 + (at % addresses)}`,
        agent: agents[at % 5] ?? "",
        time: start + at * 7,
        target,
      }));
  }

  /** S4: a page or two from each of many homes, with browsers' User-Agents. */
  residential(addresses = 150, each = 2) {
    const start = this.when();
    const all = this.everyPage();
    return Array.from({ length: addresses * each }, (_, at) => {
      const member = Math.floor(at / each);
      return {
        ip: `100.${64 + (member % 60)}.${member % 251}.${1 + (member % 250)}`,
        agent: AGENTS[(member * 7 + this.random.below(1)) % AGENTS.length] ?? "",
        time: start + at * 20,
        target: all[at % all.length] ?? "/",
      };
    });
  }

  /** S5: browsers driven by a script, with all that belongs to a visit. */
  driven(addresses = 60) {
    const all = this.everyPage();
    const start = this.when();
    return Array.from({ length: addresses * 4 }, (_, at) => {
      const ip = `100.127.${at % addresses}.7`;
      const agent = AGENTS[(at % addresses) % AGENTS.length] ?? "";
      const time = start + at * 15;
      const target = all[at] ?? "/";
      const referrer = `${SITE}${all[(at * 31) % all.length]}`;
      return [
        { ip, agent, time, target, referrer },
        ...["/main.css", "/app.js", "/logo.png"].map((file) => ({
          ip,
          agent,
          time,
          target: file,
          referrer: `${SITE}${target}`,
        })),
      ];
    }).flat();
  }

  /** S6: slow, day and night, with a referrer made up. */
  slow(ip = "203.0.113.66") {
    const agent = this.agent();
    const all = this.everyPage();
    return Array.from({ length: DAYS * 72 }, (_, at) => ({
      ip,
      agent,
      time: START + at * 1200 + this.random.below(300),
      target: all[at] ?? "/",
      referrer: "https://www.google.com/",
    }));
  }

  /** M1: people behind one address. */
  proxy(ip = "198.51.100.1", people = 150) {
    return Array.from({ length: people }, () =>
      this.visit(ip, this.agent(), this.when(), false),
    ).flat();
  }

  /** M2: the same, and somebody behind it who scrapes. */
  proxyWithScraper(ip = "198.51.100.2", people = 150) {
    const agent = SCRAPER_BEHIND_PROXY;
    const start = this.when();
    const scraper = this.everyPage()
      .slice(0, 200)
      .map((target, at) => ({ ip, agent, time: start + at * 4, target }));
    return [...this.proxy(ip, people), ...scraper];
  }
}

/** The User-Agent of the one who scrapes behind the proxy of M2. */
export const SCRAPER_BEHIND_PROXY =
  "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/99.0.0.0 Safari/537.36";

const several = new Random(1);
const AGENTS = Array.from({ length: 300 }, () => browser(several));
