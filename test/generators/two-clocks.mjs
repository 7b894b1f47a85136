import { randomOf } from "./site-hours.mjs";

/*
 * Squid in front of Apache over days, with clocks that drift apart: the logs, and which of their lines are of
 * one request. A third of the requests is answered by the cache, a few go straight to Apache; one URL gets
 * a twentieth of all, some are asked for once only.
 */

const DAY = 86_400;
const BEGIN = Date.UTC(2026, 10, 1) / 1000;

/** How far the back's clock is ahead, seconds, at so many days after the beginning. */
export const CLOCKS = {
  "keeps step": () => 1.5,
  "drifts by 1 s a day": (/** @type {number} */ day) => day,
  "drifts by 4 s a day": (/** @type {number} */ day) => 4 * day - 10,
  "is set right by 3 s": (/** @type {number} */ day) => (day < 2.3 ? 2 : -1),
  "drifts by 1 s a day and is set right twice": (/** @type {number} */ day) =>
    day < 1.7 ? day : day < 3.9 ? day - 1.7 : day - 3.9,
};

/**
 * @param {{ requests: number, seed: number, days?: number, ahead: (day: number) => number }} options
 * @returns {{ front: string, back: string, frontIds: string[], backIds: string[] }} the ids are of the requests, line by line
 */
export function twoClocks({ requests, seed, days = 5, ahead }) {
  const random = randomOf(seed);
  /** @typedef {{ at: number, id: string, text: string }} Line */
  /** @type {Line[]} */
  const front = [];
  /** @type {Line[]} */
  const back = [];
  for (let at = 0; at < requests; at++) {
    const second = momentOf(random, days);
    const id = `r${at}`;
    const kind = random();
    const page = Math.floor(500 * random() ** 2);
    let target = `/page/${page}`;
    if (kind < 0.05) target = "/hot";
    else if (kind < 0.25) target = `/search?q=${Math.floor(1e9 * random())}`;
    const isDirect = kind > 0.98;
    const isHit = !isDirect && kind > 0.65;
    const took = isHit ? 0.001 : 0.005 + 0.3 * random() ** 3;
    const size = 500 + Math.floor(20_000 * random());
    if (!isDirect) {
      const end = second + took + 0.003;
      const result = isHit ? "TCP_MEM_HIT" : "TCP_MISS";
      const peer = isHit ? "HIER_NONE/-" : "FIRSTUP_PARENT/10.0.0.2";
      front.push({
        at: end,
        id,
        text: `${(BEGIN + end).toFixed(3)} ${`${Math.round((took + 0.003) * 1000)}`.padStart(6)} 203.0.113.${1 + (page % 200)} ${result}/200 ${size + 320} GET http://shop.example${target} - ${peer} text/html\n`,
      });
    }
    if (isHit) continue;
    const began = second + 0.001 + 0.002 * random();
    back.push({
      at: began + took,
      id,
      text: `${isDirect ? "198.51.100.9" : "10.0.0.1"} ${Math.round(took * 1e6)} - - [${clf(BEGIN + began + ahead(began / DAY))}] "GET ${target} HTTP/1.1" 200 ${size} "-" "Mozilla/5.0" "-"\n`,
    });
  }
  const inOrder = (/** @type {Line[]} */ lines) => lines.toSorted((a, b) => a.at - b.at);
  const [fronts, backs] = [inOrder(front), inOrder(back)];
  const textOf = (/** @type {Line[]} */ lines) => lines.map(({ text }) => text).join("");
  const idsOf = (/** @type {Line[]} */ lines) => lines.map(({ id }) => id);
  return {
    front: textOf(fronts),
    back: textOf(backs),
    frontIds: idsOf(fronts),
    backIds: idsOf(backs),
  };
}

/** More by day than by night. @param {() => number} random @param {number} days */
function momentOf(random, days) {
  for (;;) {
    const second = days * DAY * random();
    if (random() < 0.6 - 0.4 * Math.cos((2 * Math.PI * second) / DAY)) return second;
  }
}

const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

/** @param {number} second since 1970 */
function clf(second) {
  const text = new Date(Math.floor(second) * 1000).toISOString();
  const month = MONTHS[Number(text.slice(5, 7)) - 1];
  return `${text.slice(8, 10)}/${month}/${text.slice(0, 4)}:${text.slice(11, 19)} +0000`;
}
