import { closeSync, openSync, writeSync } from "node:fs";
import { Random, Zipf } from "./random.mjs";
import { writers } from "./writers.mjs";

/*
 * A shop's log for measuring the verdicts: people who load pages with what belongs to them, and among
 * them scrapers, floods, timers and bots. The same arguments give the same bytes.
 */

const START = Date.UTC(2026, 10, 2) / 1000;
const DAY = 86_400;
const SITE = "https://shop.example";
const GOOGLEBOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)";
const SYSTEMS = [
  "Windows NT 10.0; Win64; x64",
  "Macintosh; Intel Mac OS X 10_15_7",
  "X11; Linux x86_64",
  "Linux; Android 14; Pixel 8",
  "Linux; Android 13; SM-A536B",
];
const AGENTS = Array.from({ length: 300 }, (_, at) => {
  const system = SYSTEMS[at % SYSTEMS.length] ?? "";
  const version = 100 + Math.floor(at / SYSTEMS.length);
  return `Mozilla/5.0 (${system}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${version}.0.0.0 Safari/537.36`;
});

/** @typedef {{ second: number, client: string, target: string, agent: string, referrer: string, status: number }} Hit */

/** @param {number} number */
const ipv4 = (number) =>
  [(number >>> 24) & 255, (number >>> 16) & 255, (number >>> 8) & 255, number & 255].join(".");

/**
 * Writes a day: of 100 requests, some 92 are people's.
 * @param {string} file
 * @param {{ lines: number, day: number, people: number }} options `people`: how many addresses there
 * are, of which a part comes on a day
 */
export function writeDay(file, { lines, day, people }) {
  const random = new Random(7919 * (day + 1));
  const popular = new Zipf(random, 20_000, 0.9);
  const person = new Zipf(random, people, 0.4);
  const write = writers["combined"];
  if (write === undefined) throw new Error("no format combined");
  const from = START + day * DAY;
  /** @type {Hit[][]} by minute */
  const minutes = Array.from({ length: 1440 }, () => []);
  const written = { lines: 0 };
  /** @param {Hit} hit */
  const add = (hit) => {
    const minute = Math.floor((hit.second - from) / 60);
    if (minute >= 1440) return;
    minutes[minute]?.push(hit);
    written.lines += 1;
  };
  automata(random, lines, day, add);
  while (written.lines < lines) visit(random, { popular, person, from }, add);
  const descriptor = openSync(file, "w");
  for (const hits of minutes) {
    hits.sort((a, b) => a.second - b.second);
    const text = hits.map((hit) => {
      const bytes = 300 + ((hit.target.length * 7919 + hit.second) % 20_000);
      const rest = { method: "GET", protocol: "HTTP/1.1", bytes, milliseconds: 3 };
      return `${write({ ...hit, ...rest }, random)}\n`;
    });
    writeSync(descriptor, text.join(""));
  }
  closeSync(descriptor);
}

/**
 * Pages one after the other, each with images, styles and scripts.
 * @param {Random} random
 * @param {{ popular: Zipf, person: Zipf, from: number }} world
 * @param {(hit: Hit) => void} add
 */
function visit(random, { popular, person, from }, add) {
  const who = person.next();
  const isProxy = who < 50;
  const client = ipv4((0x14000000 + Math.imul(who, 2_654_435)) >>> 0);
  const agent = AGENTS[(isProxy ? random.below(300) : who) % 300] ?? "";
  const pages = 1 + Math.floor(-3 * Math.log(1 - random.next()));
  let second =
    from + Math.floor(DAY * (0.5 + 0.5 * Math.sin(random.next() * 1.5) * (random.next() - 0.4)));
  let referrer = random.next() < 0.5 ? "-" : "https://www.google.com/";
  for (let at = 0; at < pages; at++) {
    const chance = random.next();
    const target =
      chance < 0.08
        ? `/search?q=${["shoes", "hat", "coat", "bag"][random.below(4)]}+${random.below(3000)}`
        : chance < 0.16
          ? `/item/${popular.next()}?session=${random.below(2 ** 31).toString(16)}`
          : `/item/${popular.next()}`;
    const status = random.next() < 0.02 ? 404 : 200;
    const common = { client, agent };
    add({ ...common, second, target, referrer, status });
    const own = SITE + target;
    for (const file of ["/main.css", "/app.js", `/img/${popular.next()}.jpg`]) {
      if (random.next() < 0.8) add({ ...common, second, target: file, referrer: own, status: 200 });
    }
    referrer = own;
    second += 4 + Math.floor(-40 * Math.log(1 - random.next()));
  }
}

/**
 * Eight of a hundred requests: lists read in order, catalogues divided among many addresses, a flood,
 * monitors, a search engine.
 * @param {Random} random
 * @param {number} lines
 * @param {number} day
 * @param {(hit: Hit) => void} add
 */
function automata(random, lines, day, add) {
  const from = START + day * DAY;
  const plain = { referrer: "-", status: 200 };
  const part = (/** @type {number} */ share) => Math.floor(share * lines);
  const spread = (/** @type {number} */ at, /** @type {number} */ of) =>
    from + Math.floor((at * (DAY - 60)) / of);
  for (let at = 0, of = part(0.02); at < of; at++) {
    const client = `203.0.113.${10 + (at % 5)}`;
    add({
      ...plain,
      client,
      agent: AGENTS[7] ?? "",
      second: spread(at, of),
      target: `/list?page=${Math.floor(at / 5)}`,
    });
  }
  for (let at = 0, of = part(0.01); at < of; at++) {
    const agent = AGENTS[random.below(300)] ?? "";
    add({
      ...plain,
      client: "203.0.112.9",
      agent,
      second: spread(at, of),
      target: `/item/${at % 20_000}`,
    });
  }
  for (let at = 0, of = part(0.01); at < of; at++) {
    const client = `198.51.100.${at % 200}`;
    add({
      ...plain,
      client,
      agent: AGENTS[at % 5] ?? "",
      second: spread(at, of),
      target: `/item/${at % 20_000}`,
    });
  }
  for (let at = 0, of = part(0.02); at < of; at++) {
    const client = ipv4((0x64000000 + Math.imul(Math.floor(at / 3) + day * of, 40_503)) >>> 0);
    add({
      ...plain,
      client,
      agent: AGENTS[(at * 7) % 300] ?? "",
      second: spread(at, of),
      target: `/item/${(at * 17) % 20_000}`,
    });
  }
  for (let at = 0, of = part(0.01); at < of; at++) {
    const second = from + 40_000 + Math.floor((at * 1200) / of);
    add({
      ...plain,
      client: "192.0.2.77",
      agent: AGENTS[3] ?? "",
      second,
      target: "/search?q=hat",
    });
  }
  for (let at = 0, of = part(0.01); at < of; at++) {
    add({
      ...plain,
      client: "66.249.66.1",
      agent: GOOGLEBOT,
      second: spread(at, of),
      target: `/item/${at % 20_000}`,
    });
  }
  for (let monitor = 0; monitor < 20; monitor++) {
    for (let at = monitor; at < DAY - 60; at += 150) {
      add({
        ...plain,
        client: `192.0.2.${100 + monitor}`,
        agent: "check/1.0",
        second: from + at,
        target: "/health",
      });
    }
  }
}
