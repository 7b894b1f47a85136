/*
 * Two days of a network load balancer. On the second, fewer clients make three times the connections:
 * four of them open connections to port 443 of one domain and hold them for more than five minutes.
 */

import { Random } from "../../bench/random.mjs";

const START = Date.UTC(2026, 3, 7) / 1000;
const DAY = 86_400;
const HOSTS = ["www.example.com", "app.example.com", "api.example.com", "mail.example.com"];

export const holders = ["203.0.113.7", "203.0.113.91", "198.51.100.4", "192.0.2.200"];

/**
 * @param {number} seed
 * @param {number} perDay connections of the ordinary day
 */
export function balancerLog(seed, perDay = 1500) {
  const random = new Random(seed);
  const clients = Array.from({ length: 420 }, (_, at) => `198.18.${at % 40}.${at % 251}`);
  /** @type {{ end: number, line: string }[]} */
  const found = [];
  /**
   * @param {number} end seconds since 1970
   * @param {string} client
   * @param {number} port
   * @param {string} host
   * @param {number} ms
   */
  const connect = (end, client, port, host, ms) => {
    const time = (/** @type {number} */ at) => new Date(at * 1000).toISOString().slice(0, 19);
    const received = 300 + random.below(4000);
    const sent = 500 + random.below(60_000);
    found.push({
      end,
      line:
        `tls 2.0 ${time(end)} net/edge/c6e77e28c25b2234 g3d4b5e8bb8464cd ${client}:${1024 + random.below(60_000)} ` +
        `10.0.${random.below(3)}.${10 + random.below(4)}:${port} ${ms} ${2 + random.below(60)} ${received} ${sent} - ` +
        `arn:aws:acm:us-east-2:671290407336:certificate/2a108f19 - ECDHE-RSA-AES128-SHA tlsv12 - ${host} - - - ${time(end - ms / 1000)}`,
    });
  };
  const ordinary = (
    /** @type {number} */ day,
    /** @type {readonly string[]} */ from,
    /** @type {number} */ count,
  ) => {
    for (let at = 0; at < count; at++) {
      const port = random.of([443, 443, 443, 8443, 8443, 9000]);
      const ms =
        random.next() < 0.004 ? 400_000 + random.below(100_000) : 20 + random.below(30_000);
      connect(START + day * DAY + random.next() * DAY, random.of(from), port, random.of(HOSTS), ms);
    }
  };
  ordinary(0, clients, perDay);
  ordinary(1, clients.slice(0, 250), Math.round(perDay * 0.9));
  for (let at = 0; at < 2.1 * perDay; at++) {
    const end = START + DAY + 9 * 3600 + random.next() * 6 * 3600;
    connect(end, random.of(holders), 443, "app.example.com", 300_500 + random.below(600_000));
  }
  return found
    .toSorted((a, b) => a.end - b.end)
    .map(({ line }) => `${line}\n`)
    .join("");
}
