import { normalOf, randomOf } from "./site-hours.mjs";

/**
 * Clients of one or several days: timers, people and shared addresses.
 *
 * @typedef {{ time: number, ip: string, target: string, agent: string }} Call
 * @typedef {{ period: number, jitter?: number, missing?: number, drift?: boolean, burst?: number }} Timer
 */

export const BEGIN = Date.parse("2026-11-03T00:00:00Z") / 1000;
const DAY = 86_400;

const AGENTS = Array.from(
  { length: 60 },
  (_, at) => `Mozilla/5.0 (X11; Linux x86_64) Browser/${at}.0`,
);

/**
 * Something that calls by a clock: each call a little late or early, some missing. With drift, every
 * gap counts from the last call, so that lateness adds up.
 *
 * @param {{ seed: number, ip: string, days?: number } & Timer} options
 * @returns {Call[]}
 */
export function timer({
  seed,
  ip,
  days = 1,
  period,
  jitter = 0,
  missing = 0,
  drift = false,
  burst = 1,
}) {
  const random = randomOf(seed);
  const calls = [];
  const phase = random() * period;
  let last = BEGIN + phase;
  for (let tick = 0; ; tick++) {
    const due = drift ? last + period : BEGIN + phase + tick * period;
    const time = due + jitter * period * normalOf(random);
    last = Math.max(last + 1, time);
    if (due >= BEGIN + days * DAY) break;
    if (random() < missing || time < BEGIN || time >= BEGIN + days * DAY) continue;
    for (let call = 0; call < burst; call++) {
      calls.push({ time: time + call * 0.8, ip, target: "/status", agent: "monitor/1.0" });
    }
  }
  return calls;
}

/**
 * Somebody who comes a few times, looks at pages with their images, and rests between.
 *
 * @param {{ seed: number, ip: string, days?: number, visits?: number }} options
 * @returns {Call[]}
 */
export function person({ seed, ip, days = 1, visits = 3 }) {
  const random = randomOf(seed);
  const agent = AGENTS[Math.floor(random() * AGENTS.length)] ?? "";
  const calls = [];
  const count = Math.max(1, Math.round(visits * days * (0.5 + random())));
  for (let visit = 0; visit < count; visit++) {
    let time = BEGIN + (Math.floor(random() * days) + (8 + 14 * random()) / 24) * DAY;
    const pages = 1 + Math.floor(-Math.log(1 - random()) * 6);
    for (let page = 0; page < pages; page++) {
      const images = Math.floor(random() * 8);
      for (let at = 0; at <= images; at++) {
        calls.push({
          time: time + at * 0.2,
          ip,
          target: at === 0 ? `/page/${page}` : `/img/${at}.png`,
          agent,
        });
      }
      time += 3 - Math.log(1 - random()) * 50;
    }
  }
  return calls.filter(({ time }) => time < BEGIN + days * DAY);
}

/**
 * Many people behind one address: calls at random, with their day's curve or without.
 *
 * @param {{ seed: number, ip: string, days?: number, perHour?: number, curve?: boolean }} options
 * @returns {Call[]}
 */
export function shared({ seed, ip, days = 1, perHour = 60, curve = true }) {
  const random = randomOf(seed);
  const calls = [];
  for (let time = BEGIN; time < BEGIN + days * DAY;) {
    time -= (Math.log(1 - random()) * 3600) / (perHour * 1.8);
    const hour = ((time - BEGIN) / 3600) % 24;
    const part = curve ? (1 + 0.8 * Math.sin(((hour - 8) / 24) * 2 * Math.PI)) / 1.8 : 1 / 1.8;
    if (random() > part) continue;
    const agent = AGENTS[Math.floor(random() * AGENTS.length)] ?? "";
    calls.push({ time, ip, target: `/page/${Math.floor(random() * 200)}`, agent });
  }
  return calls.filter(({ time }) => time < BEGIN + days * DAY);
}

/**
 * So many requests between two hours of the first day.
 *
 * @param {{ seed: number, ip: string, requests: number, from: number, until: number }} options
 * @returns {Call[]}
 */
export function flood({ seed, ip, requests, from, until }) {
  const random = randomOf(seed);
  return Array.from({ length: requests }, () => ({
    time: BEGIN + (from + random() * (until - from)) * 3600,
    ip,
    target: "/login",
    agent: "curl/8.5.0",
  }));
}

const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

/** The calls in order, as lines of the combined format. @param {readonly Call[]} calls */
export function combinedLines(calls) {
  return calls
    .toSorted((a, b) => a.time - b.time)
    .map(({ time, ip, target, agent }) => {
      const at = new Date(time * 1000).toISOString();
      const day = `${at.slice(8, 10)}/${MONTHS[Number(at.slice(5, 7)) - 1] ?? ""}/${at.slice(0, 4)}`;
      return `${ip} - - [${day}:${at.slice(11, 19)} +0000] "GET ${target} HTTP/1.1" 200 512 "-" "${agent}"`;
    });
}
