// Rules over sixty days at accelerated time: incidents at known hours must be told early and once, all else never.
import { judge } from "../dist/watch/engine.js";
import { trackOf } from "../dist/watch/observe.js";
import { incidentsOf, kinds, replay } from "../test/generators/watch-replay.mjs";

const SEEDS = [1, 2, 3, 4];
const MEANS = [30, 300, 3000];

/** @param {number} part */
const percent = (part) => `${(100 * part).toFixed(0)} %`;

/** @param {readonly number[]} list */
const median = (list) => list.toSorted((a, b) => a - b)[list.length >> 1];

export async function evaluate() {
  /** @type {Awaited<ReturnType<typeof replay>>["verdict"][][]} */
  const verdicts = [];
  let again = 0;
  for (const mean of MEANS) {
    const own = [];
    for (const seed of SEEDS) {
      const played = await replay(
        { judge, trackOf },
        { seed, mean, injections: incidentsOf(seed) },
      );
      own.push(played.verdict);
      again += played.again.length;
    }
    verdicts.push(own);
  }
  const all = verdicts.flat();
  /** @param {(typeof all)[number][]} list */
  const delaysOf = (list) => list.flatMap(({ found }) => found.flatMap(({ delay }) => delay ?? []));
  /** @param {(verdict: (typeof all)[number]) => number} of @param {(typeof all)[number][]} list */
  const sum = (of, list = all) => list.reduce((total, one) => total + of(one), 0);
  return [
    `Rules with \`unusual: true\` on sites of ${MEANS.join(", ")} requests an hour, ${SEEDS.length} seeds each, 60 days played hour by hour with ${kinds.length} incidents a site:`,
    "",
    "| | " + MEANS.map((mean) => `${mean} an hour`).join(" | ") + " |",
    "| --- | " + MEANS.map(() => "---").join(" | ") + " |",
    "| false notifications per series and fortnight | " +
      verdicts
        .map((list) =>
          (
            sum(({ false_news }) => false_news, list) / sum(({ fortnights }) => fortnights, list)
          ).toFixed(2),
        )
        .join(" | ") +
      " |",
    "| median steps until it is told | " +
      verdicts.map((list) => String(median(delaysOf(list)) ?? "–")).join(" | ") +
      " |",
    ...kinds.map(({ factor, hours }, index) => {
      const cells = verdicts.map((list) => {
        const told = list.flatMap(({ found }) => found[index]?.delay ?? []);
        const part = percent(told.length / list.length);
        return told.length === 0 ? part : `${part}, ${median(told)} steps`;
      });
      return `| ×${factor} for ${hours} h: told, after | ${cells.join(" | ")} |`;
    }),
    "",
    `Of ${sum(({ firings }) => firings)} alerts that fired, ${sum(({ resolved_once }) => resolved_once)} were told to be over exactly once, ${sum(({ resolved_twice }) => resolved_twice)} twice; ${again} messages when the last three days were played once more.`,
  ];
}
