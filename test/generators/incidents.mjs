/*
 * Logs with a known incident, the same for the same seed: some ordinary days, and a last day to which
 * things were done. Each line is a request of a small world: people with their own browsers, favourite
 * pages, days that are busier than others, hours that are quieter.
 */

import { Random, Zipf } from "../../bench/random.mjs";

/**
 * @typedef {object} Request
 * @property {number} time seconds since 1970
 * @property {string} client
 * @property {string} agent
 * @property {string} method
 * @property {string} path
 * @property {number} status
 * @property {number} bytes
 * @property {string} referrer
 * @property {number} ms
 */

/**
 * @typedef {object} Cause what a test expects of one cause: any of these names for its rows
 * @property {Readonly<Record<string, string>>[]} names
 */

const DAY = 86_400;
export const START = Date.UTC(2026, 10, 2) / 1000;

const AGENTS = [
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0.0.0 Safari/537.36",
  "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.0 Safari/605.1.15",
  "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0",
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148",
  "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
  "curl/8.9.1",
];
const REFERRERS = [
  "-",
  "-",
  "-",
  "https://www.example.com/",
  "https://search.example.net/?q=shoes",
];
const FOLDERS = ["shop", "blog", "static/css", "static/js", "images", "api/v1", "account", "files"];

/** A number of the normal distribution (Box and Muller). */
const normal = (/** @type {Random} */ random) =>
  Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());

/** How many, where so many are expected (normal approximation of Poisson). */
const about = (/** @type {Random} */ random, /** @type {number} */ mean) =>
  Math.max(0, Math.round(mean + Math.sqrt(mean) * normal(random)));

const ip = (/** @type {number} */ n) => `198.18.${Math.floor(n / 200) % 256}.${(n % 200) + 1}`;

/** A site on which nothing happens. */
export class World {
  /** @param {number} seed */
  constructor(seed, { perDay = 3000, days = 3 } = {}) {
    this.random = new Random(seed * 7919 + 1);
    this.days = days;
    this.begins = START + (days - 1) * DAY + this.random.next() * (DAY - 7200);
    this.perDay = perDay;
    this.paths = Array.from({ length: 150 }, (_, at) => {
      const folder = FOLDERS[this.random.below(FOLDERS.length)];
      return this.random.next() < 0.3 ? `/${folder}/${at}00${at}` : `/${folder}/page-${at}.html`;
    });
    this.people = Array.from({ length: 400 }, (_, at) => ({
      client: ip(at * 7 + this.random.below(7)),
      agent: /** @type {string} */ (AGENTS[Math.min(this.random.below(9), AGENTS.length - 1)]),
    }));
    this.nextPath = new Zipf(this.random, this.paths.length, 1);
    this.nextPerson = new Zipf(this.random, this.people.length, 0.8);
  }

  /** The requests of all days. */
  ordinary() {
    return Array.from({ length: this.days }, (_, day) => this.day(day)).flat();
  }

  /**
   * A day with its own busyness, and its own people who did not come.
   * @param {number} day
   */
  day(day) {
    const { random } = this;
    const away = new Set(this.people.filter(() => random.next() < 0.15));
    const count = about(random, this.perDay * Math.exp(0.06 * normal(random)));
    /** @type {Request[]} */
    const requests = [];
    while (requests.length < count) {
      const person = /** @type {World["people"][number]} */ (this.people[this.nextPerson.next()]);
      if (away.has(person)) continue;
      const second = random.next() * DAY;
      if (random.next() > 0.6 + 0.4 * Math.sin((2 * Math.PI * second) / DAY - 2)) continue;
      requests.push(this.request(START + day * DAY + second, person));
    }
    return requests;
  }

  /**
   * @param {number} time
   * @param {{ client: string, agent: string }} person
   * @param {Partial<Request>} [own]
   * @returns {Request}
   */
  request(time, person, own = {}) {
    const { random } = this;
    const chance = random.next();
    return {
      time: Math.floor(time),
      ...person,
      method: random.next() < 0.92 ? "GET" : "POST",
      path: /** @type {string} */ (this.paths[this.nextPath.next()]),
      status: chance < 0.9 ? 200 : chance < 0.94 ? 304 : chance < 0.985 ? 404 : 500,
      bytes: Math.round(8000 * Math.exp(normal(random))),
      referrer: random.of(REFERRERS),
      ms: Math.round(40 * Math.exp(0.8 * normal(random))) + 1,
      ...own,
    };
  }

  /** A time in the last day, at most two hours after one that is the same for the whole incident. */
  moment() {
    return this.begins + this.random.next() * 7200;
  }

  /** A person of the world. */
  person() {
    return this.random.of(this.people);
  }
}

/** A client nobody knows. */
const stranger = (/** @type {World} */ { random }) => `203.0.113.${random.below(250) + 1}`;

/** One of the busier ones of a list, not the busiest. */
const busy = (/** @type {World} */ { random }, /** @type {readonly any[]} */ all) =>
  all[15 + random.below(60)];

/**
 * What can be done to the last day: requests added, changed or taken away, and the names that tell of
 * it. `size` is a part of an ordinary day.
 * @typedef {(world: World, requests: Request[], size: number) => { requests: Request[], cause: Cause }} Kind
 * @type {Record<string, Kind>}
 */
export const kinds = {
  "new client"(world, requests, size) {
    const client = stranger(world);
    const who = { client, agent: world.random.of(AGENTS) };
    return added(world, requests, size, () => [who, {}], { client_ip: client });
  },
  "known client"(world, requests, size) {
    const who = busy(world, world.people);
    return added(world, requests, size, () => [who, {}], { client_ip: who.client });
  },
  "hot path"(world, requests, size) {
    const path = busy(world, world.paths);
    return added(world, requests, size, () => [world.person(), { path }], { path });
  },
  botnet(world, requests, size) {
    const agent = "Mozilla/5.0 (Windows NT 6.1) Zmap/1.0";
    const { random } = world;
    const bot = () => ({ client: `203.0.${random.below(100)}.${random.below(250)}`, agent });
    return added(world, requests, size, () => [bot(), {}], { user_agent: agent });
  },
  subnet(world, requests, size) {
    const net = `203.0.${world.random.below(250)}`;
    const bot = () => ({ ...world.person(), client: `${net}.${world.random.below(250)}` });
    return added(world, requests, size, () => [bot(), {}], { client_net: `${net}.0/24` });
  },
  "referrer spam"(world, requests, size) {
    const referrer = "https://casino.example.org/win";
    return added(world, requests, size, () => [world.person(), { referrer }], { referrer });
  },
  "404 scan"(world, requests, size) {
    const who = { client: stranger(world), agent: "curl/8.9.1" };
    const probe = () => ({ path: `/wp-${world.random.below(4000)}x.php`, status: 404, bytes: 300 });
    return added(world, requests, size, () => [who, probe()], { client_ip: who.client });
  },
  "ids below a path"(world, requests, size) {
    const what = () => ({ path: `/item/${world.random.below(1e6)}/view` });
    return added(world, requests, size, () => [world.person(), what()], {
      path_pattern: "/item/{id}/view",
    });
  },
  "client and path"(world, requests, size) {
    // Both are busy on their own: only the two together are new.
    const who = world.people[world.random.below(3)] ?? world.person();
    const path = world.paths[world.random.below(3)] ?? "/";
    return added(world, requests, size, () => [who, { path }], { client_ip: who.client, path });
  },
  "agent and folder"(world, requests, size) {
    const agent = /** @type {string} */ (AGENTS[1]);
    const what = () => ({ path: `/shop/page-${world.random.below(3000)}.html` });
    return added(
      world,
      requests,
      size,
      () => [{ client: ip(world.random.below(9000)), agent }, what()],
      {
        user_agent: agent,
        path_pattern: "/shop/page-{id}.html",
      },
    );
  },
  outage(world, requests) {
    const days = requests.filter((one) => !isLast(world, one));
    const isLarge = (/** @type {string} */ folder) =>
      days.filter(({ path }) => path.startsWith(`${folder}/`)).length >= 0.08 * days.length;
    const gone = world.random.of(
      ["/static", "/shop", "/blog", "/images", "/files"].filter(isLarge),
    );
    const left = requests.filter((one) => !isLast(world, one) || !one.path.startsWith(`${gone}/`));
    return { requests: left, cause: { names: [{ directory: gone }] } };
  },
  "client gone"(world, requests, size) {
    const who = { client: stranger(world), agent: "curl/8.9.1" };
    const usual = Array.from({ length: world.days - 1 }, (_, day) =>
      Array.from({ length: about(world.random, size * world.perDay) }, () =>
        world.request(START + (day + world.random.next()) * DAY, who),
      ),
    );
    return {
      requests: [...requests, ...usual.flat()],
      cause: { names: [{ client_ip: who.client }] },
    };
  },
  "large downloads"(world, requests, size) {
    const path = "/files/backup.tar";
    const who = { client: stranger(world), agent: "curl/8.9.1" };
    const what = () => ({ path, bytes: 40_000_000, status: 200 });
    return added(
      world,
      requests,
      size / 50,
      () => [who, what()],
      { client_ip: who.client },
      { path },
    );
  },
  "larger pages"(world, requests) {
    const path = /** @type {string} */ (world.paths[0]);
    const grown = requests.map((one) =>
      isLast(world, one) && one.path === path ? { ...one, bytes: one.bytes * 30 } : one,
    );
    return { requests: grown, cause: { names: [{ path }] } };
  },
  "failing path"(world, requests) {
    const path = /** @type {string} */ (world.paths[world.random.below(3)]);
    const failed = requests.map((one) =>
      isLast(world, one) && one.path === path && world.random.next() < 0.8
        ? { ...one, status: 503 }
        : one,
    );
    return { requests: failed, cause: { names: [{ path }, { status: "503" }] } };
  },
  "failing client"(world, requests, size) {
    const who = { client: stranger(world), agent: "curl/8.9.1" };
    const what = () => ({ status: 403, path: "/account/login" });
    return added(
      world,
      requests,
      size,
      () => [who, what()],
      { client_ip: who.client },
      { path: "/account/login" },
    );
  },
  "slow folder"(world, requests) {
    const folder = world.random.of(["/shop", "/blog", "/images"]);
    const slow = requests.map((one) =>
      isLast(world, one) && one.path.startsWith(`${folder}/`) ? { ...one, ms: one.ms * 20 } : one,
    );
    return { requests: slow, cause: { names: [{ directory: folder }] } };
  },
  "more of the slow kind"(world, requests, size) {
    const path = "/shop/search";
    const usual = Array.from({ length: 60 * world.days }, (_, at) =>
      world.request(START + (at / 60) * DAY, world.person(), { path, ms: 3000 }),
    );
    const what = () => ({ path, ms: 3000 });
    return added(world, [...requests, ...usual], size, () => [world.person(), what()], { path });
  },
};

/**
 * The incidents: what is done, by which measure it is seen, and the sizes of the causes.
 * @type {Record<string, { readonly of: readonly string[], readonly by?: string }>}
 */
export const incidents = {
  ...Object.fromEntries(
    Object.keys(kinds)
      .slice(0, 12)
      .map((name) => [name, { of: [name] }]),
  ),
  "client and hot path": { of: ["new client", "hot path"] },
  "botnet and outage of another kind": { of: ["botnet", "referrer spam"] },
  "two clients, one known": { of: ["new client", "known client"] },
  "three causes": { of: ["subnet", "hot path", "referrer spam"] },
  "large downloads": { of: ["large downloads"], by: "bytes_sent" },
  "larger pages": { of: ["larger pages"], by: "bytes_sent" },
  "failing path": { of: ["failing path"], by: "errors" },
  "404 scan by errors": { of: ["404 scan"], by: "errors" },
  "failing path by rate": { of: ["failing path"], by: "error_rate" },
  "failing client by rate": { of: ["failing client"], by: "error_rate" },
  "slow folder": { of: ["slow folder"], by: "duration_ms" },
  "more of the slow kind": { of: ["more of the slow kind"], by: "duration_ms" },
};

/**
 * A log with an incident on its last day, and what caused it.
 * @param {string} name
 * @param {number} seed
 */
export function incident(name, seed) {
  const world = new World(seed);
  const { of } = incidents[name] ?? { of: [] };
  let requests = world.ordinary();
  /** @type {Cause[]} */
  const causes = [];
  for (const kind of of) {
    const size = (0.08 + 0.4 * world.random.next()) / Math.sqrt(of.length);
    const done = /** @type {Kind} */ (kinds[kind])(world, requests, Math.max(0.08, size));
    requests = done.requests;
    causes.push(done.cause);
  }
  return { requests, causes };
}

/**
 * Whether a cause that culprit told has one of the true names, condition for condition.
 * @param {{ conditions: object, also_known_as: readonly object[] }} told
 * @param {Cause} cause
 */
export function isNamed({ conditions, also_known_as: others }, { names }) {
  const text = (/** @type {object} */ name) =>
    Object.entries(name)
      .map(([field, value]) => `${field}=${value}`)
      .toSorted((a, b) => (a < b ? -1 : 1))
      .join();
  const wanted = new Set(names.map(text));
  return [conditions, ...others].some((name) => wanted.has(text(name)));
}

const isLast = (/** @type {World} */ { days }, /** @type {Request} */ { time }) =>
  time >= START + (days - 1) * DAY;

/**
 * @param {World} world
 * @param {Request[]} requests
 * @param {number} size
 * @param {() => [who: { client: string, agent: string }, what: Partial<Request>]} one
 * @param {...Readonly<Record<string, string>>} names
 */
function added(world, requests, size, one, ...names) {
  const count = about(world.random, size * world.perDay);
  const more = Array.from({ length: count }, () => world.request(world.moment(), ...one()));
  return { requests: [...requests, ...more], cause: { names } };
}

/** @param {readonly Request[]} requests */
export const combined = (requests) =>
  lines(requests, ({ client, method, path, status, bytes, referrer, agent, time }) => {
    const [, month = "", day = "", year = "", clock = ""] =
      /^\w+, (\d+) (\w+) (\d+) ([\d:]+)/.exec(new Date(time * 1000).toUTCString()) ?? [];
    return `${client} - - [${month}/${day}/${year}:${clock} +0000] "${method} ${path} HTTP/1.1" ${status} ${bytes} "${referrer}" "${agent}"`;
  });

/** JSON lines, which carry the duration too. @param {readonly Request[]} requests */
export const json = (requests) =>
  lines(requests, ({ time, client, method, path, status, bytes, referrer, agent, ms }) =>
    JSON.stringify({
      time: new Date(time * 1000).toISOString(),
      client_ip: client,
      method,
      path,
      status,
      bytes_sent: bytes,
      referrer,
      user_agent: agent,
      duration_ms: ms,
    }),
  );

/**
 * @param {readonly Request[]} requests
 * @param {(request: Request) => string} write
 */
const lines = (requests, write) =>
  requests
    .toSorted((a, b) => a.time - b.time)
    .map((request) => `${write(request)}\n`)
    .join("");
