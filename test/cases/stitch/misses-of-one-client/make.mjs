import { randomOf } from "../../../generators/site-hours.mjs";

// Squid in front, Apache behind with a clock that is 1.5 s ahead. One of six clients searches, which no
// cache can answer: most of the back's work is his.
const random = randomOf(11);
const begin = Date.UTC(2026, 10, 5, 9) / 1000;
/** @param {number} second */
const clf = (second) => {
  const [, month, day, year, time] =
    /^\w+, (\d+) (\w+) (\d+) (\S+)/.exec(new Date(second * 1000).toUTCString())?.map(String) ?? [];
  return `${month}/${day}/${year}:${time} +0000`;
};
/** @type {{ at: number, text: string }[]} */
const [front, back] = [[], []];
for (let at = 0; at < 1500; at++) {
  const start = begin + at * 2.1 + random();
  const isSearch = at % 3 === 0;
  const client = isSearch ? "203.0.113.6" : `198.51.100.${1 + Math.floor(5 * random())}`;
  const page = Math.floor(40 * random());
  const target = isSearch ? `/search?q=${at}` : `/product/${page}`;
  const isMiss = isSearch || random() < 0.2;
  const took = 0.002 + (isMiss ? 0.05 + 0.4 * random() : 0);
  const size = 500 + Math.floor(20_000 * random());
  const result = isMiss ? "TCP_MISS/200" : "TCP_MEM_HIT/200";
  const peer = isMiss ? "FIRSTUP_PARENT/10.0.0.2" : "HIER_NONE/-";
  front.push({
    at: start + took,
    text: `${(start + took).toFixed(3)} ${Math.round(took * 1000)} ${client} ${result} ${size + 320} GET http://shop.example${target} - ${peer} text/html\n`,
  });
  if (!isMiss) continue;
  const [began, worked] = [start + 0.001, took - 0.003];
  back.push({
    at: began + worked,
    text: `10.0.0.1 ${Math.round(worked * 1e6)} - - [${clf(began + 1.5)}] "GET ${target} HTTP/1.1" 200 ${size} "-" "Mozilla/5.0" "JSESSIONID=S${client.slice(-1)}; a=b"\n`,
  });
}
/** @param {{ at: number, text: string }[]} lines */
const inOrder = (lines) =>
  lines
    .toSorted((a, b) => a.at - b.at)
    .map(({ text }) => text)
    .join("");

export const files = {
  "front.log": inOrder(front),
  "back.log": inOrder(back),
};
