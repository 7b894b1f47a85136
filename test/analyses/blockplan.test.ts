import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import * as fc from "../fast-check.js";
import { describe, expect, test } from "vitest";
import { cidrOf, holds, parseBlock, type Block } from "../../src/analyses/blockplan/blocks.js";
import { cover, isClean, rangesAround, type Unit } from "../../src/analyses/blockplan/cover.js";
import { culprit, folder } from "../cli/culprit.js";
import { combined } from "../cli/logs.js";
import { logOf, Shop } from "../generators/scrapers.mjs";
import { s3Log, transfer } from "../generators/transfer.mjs";

const block = (text: string): Block => {
  const found = parseBlock(text);
  if (found === undefined) throw new Error(text);
  return found;
};

const unit = (text: string, harm: number, subnet = false): Unit => ({
  block: block(text),
  harm,
  addresses: 1,
  reason: "scraper",
  subnet,
});

const chosen = (units: Unit[], target: number, most = Infinity): string[] => {
  const harm = units.reduce((sum, one) => sum + one.harm, 0);
  const ranges = rangesAround(units).filter(isClean);
  return cover(units, ranges, { wanted: target * harm, most }).map((entry) => cidrOf(entry.block));
};

const row = (base: string, count: number, harm: number, from = 0): Unit[] =>
  Array.from({ length: count }, (_, at) => unit(`${base}.${from + at}`, harm));

describe("the smallest set", () => {
  test.each<[name: string, units: Unit[], target: number, expected: string[]]>([
    [
      "one heavy address suffices",
      [unit("192.0.2.1", 90), unit("198.51.100.1", 10)],
      0.8,
      ["192.0.2.1/32"],
    ],
    [
      "two are needed",
      [unit("192.0.2.1", 60), unit("198.51.100.1", 40)],
      0.8,
      ["192.0.2.1/32", "198.51.100.1/32"],
    ],
    ["neighbours are one range", row("192.0.2", 4, 10), 1, ["192.0.2.0/30"]],
    [
      "few of many are no range",
      [unit("192.0.2.1", 10), unit("192.0.2.200", 10)],
      1,
      ["192.0.2.1/32", "192.0.2.200/32"],
    ],
    [
      "eight in a /24 are one",
      Array.from({ length: 8 }, (_, at) => unit(`192.0.2.${1 + at * 32}`, 10)),
      1,
      ["192.0.2.0/24"],
    ],
    [
      "one with most of it is itself",
      [...row("192.0.2", 3, 1, 1), unit("192.0.2.4", 97)],
      0.9,
      ["192.0.2.4/32"],
    ],
    [
      "a convicted subnet is whole",
      [unit("192.0.2.1", 10, true), unit("192.0.2.100", 10, true), unit("192.0.2.200", 10, true)],
      0.5,
      ["192.0.2.0/24"],
    ],
    ["of a range only what is needed", row("192.0.2", 8, 10), 0.5, ["192.0.2.0/30"]],
    [
      "versions stay apart",
      [unit("192.0.2.1", 10), unit("2001:db8::/64", 10)],
      1,
      ["192.0.2.1/32", "2001:db8::/64"],
    ],
    [
      "IPv6 networks merge",
      [unit("2001:db8::/64", 10), unit("2001:db8:0:1::/64", 10)],
      1,
      ["2001:db8::/63"],
    ],
    ["no harm, nobody", [], 0.8, []],
  ])("%s", (_, units, target, expected) => {
    expect(chosen(units, target)).toEqual(expected);
  });

  test("takes no more than it may, the worst first", () => {
    const units = [unit("192.0.2.1", 30), unit("198.51.100.1", 50), unit("203.0.113.1", 20)];
    expect(chosen(units, 1, 2)).toEqual(["198.51.100.1/32", "192.0.2.1/32"]);
  });

  test("a range with people in it, or much of others, is none; a full one always is", () => {
    const [range] = rangesAround(
      Array.from({ length: 8 }, (_, at) => unit(`192.0.2.${1 + at * 32}`, 100)),
    );
    expect(range && isClean({ ...range, others: 4 })).toBe(true);
    expect(range && isClean({ ...range, others: 5 })).toBe(false);
    expect(range && isClean({ ...range, people: true })).toBe(false);
    const [full] = rangesAround(row("192.0.2", 2, 10));
    expect(full && isClean({ ...full, people: true })).toBe(true);
  });

  test("no smaller set of candidates would do, and none overlap", () => {
    const address = fc.tuple(
      fc.integer({ min: 0, max: 3 }),
      fc.integer({ min: 0, max: 31 }),
      fc.integer({ min: 1, max: 9 }),
    );
    fc.assert(
      fc.property(
        fc.uniqueArray(address, { selector: ([a, b]) => a * 256 + b, minLength: 1, maxLength: 9 }),
        fc.double({ min: 0.1, max: 1, noNaN: true }),
        (list, target) => {
          const units = list
            .toSorted(([a, b], [c, d]) => a - c || b - d)
            .map(([a, b, harm]) => unit(`192.0.${a}.${b}`, harm));
          const total = units.reduce((sum, { harm }) => sum + harm, 0);
          const ranges = rangesAround(units);
          const found = cover(units, ranges, { wanted: target * total, most: Infinity });
          const removed = (blocks: readonly Block[]): number =>
            units
              .filter((one) => blocks.some((outer) => holds(outer, one.block)))
              .reduce((sum, { harm }) => sum + harm, 0);
          const blocks = found.map((entry) => entry.block);
          expect(removed(blocks)).toBeGreaterThanOrEqual(target * total - 1e-9);
          for (const [at, one] of blocks.entries()) {
            expect(blocks.some((other, place) => place !== at && holds(other, one))).toBe(false);
          }
          // All sets with one entry less, by trying them.
          const candidates = [...units, ...ranges].map((one) => one.block);
          const smaller = found.length - 1;
          const best = (from: number, left: number, taken: Block[]): number =>
            left === 0 || from === candidates.length
              ? removed(taken)
              : Math.max(
                  best(from + 1, left, taken),
                  best(from + 1, left - 1, [...taken, candidates[from] as Block]),
                );
          if (smaller > 0 && smaller < 4) expect(best(0, smaller, [])).toBeLessThan(target * total);
        },
      ),
      { numRuns: 150 },
    );
  });
});

interface Plan {
  removed: number;
  harm: number;
  entries: { cidr: string; reason: string }[];
  spared: { why: string; addresses: string[] }[];
  replay: {
    people: number;
    hit_clients: number;
    verified_bots: number;
    days: { day: string }[];
    refused_requests: number;
    hits: { client_ip: string; person: boolean | null }[];
  };
}

const shop = new Shop(5);
const ordinary = shop.ordinary(200);
const scraper = shop.sequential();
const own = shop.sequential("10.1.2.3");
const rotating = shop.rotating();
const write = (name: string, text: string): string => {
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, name), text);
  return name;
};
write("shop.log", logOf([...ordinary, ...scraper, ...own, ...rotating]));

async function plan(...args: string[]): Promise<Plan> {
  const found = await culprit(["block", ...args, "--json"]);
  expect(found, found.err).toMatchObject({ code: 0 });
  return JSON.parse(found.out) as Plan;
}
const cidrs = ({ entries }: Plan): string[] => entries.map(({ cidr }) => cidr).toSorted();
const spared = (found: Plan): Record<string, string[]> =>
  Object.fromEntries(found.spared.map(({ why, addresses }) => [why, addresses]));

describe("culprit block", () => {
  test("blocks the scrapers, and never one's own network", async () => {
    const found = await plan("shop.log", "--target", "100%");
    expect(cidrs(found)).toEqual(["203.0.113.11/32", "203.0.113.22/32"]);
    expect(spared(found)).toEqual({ "own network": ["10.1.2.3"] });
    expect(found.replay).toMatchObject({ people: 0, hit_clients: 0, refused_requests: 600 });
    expect(found.removed).toBeCloseTo(2 / 3, 6);
  });

  test("the same rows give the same bytes, whatever their order", async () => {
    const lines = logOf([...ordinary, ...scraper, ...rotating])
      .trimEnd()
      .split("\n");
    write("a.log", `${lines.join("\n")}\n`);
    write("b.log", `${lines.toReversed().join("\n")}\n`);
    const emitted = async (name: string): Promise<string> =>
      (await culprit(["block", name, "--for", "nftables"])).out;
    expect(await emitted("a.log")).toBe(await emitted("b.log"));
    expect(await emitted("a.log")).toContain("203.0.113.11");
  });

  test.each([
    ["an address", ["--allow", "203.0.113.11"]],
    ["a range", ["--allow", "203.0.113.0/28"]],
    ["a file", ["--allow", write("allow.txt", "# ours\n203.0.113.11 # monitor\n\n")]],
    [
      "the configuration",
      ["--config", write("allow.yaml", "block:\n  allow: [203.0.113.11, allow.txt]\n")],
    ],
  ])("%s that is allowed is never blocked", async (_, flags) => {
    const found = await plan("shop.log", "--target", "100%", ...flags);
    expect(cidrs(found)).toEqual(["203.0.113.22/32"]);
    expect(spared(found)["allowed"]).toEqual(["203.0.113.11"]);
  });

  test("published addresses of crawlers are never blocked", async () => {
    write(
      "bot.json",
      JSON.stringify({ creationTime: "2026-11-04", prefixes: [{ ipv4Prefix: "203.0.113.0/28" }] }),
    );
    const found = await plan(
      "shop.log",
      "--target",
      "100%",
      "--crawler-ranges",
      "examplebot=bot.json",
    );
    expect(cidrs(found)).toEqual(["203.0.113.22/32"]);
  });

  test("what was refused already is neither harm nor evidence", async () => {
    for (const status of [403, 429, 503]) {
      const refused = scraper.map((hit) => ({ ...hit, status }));
      write("refused.log", logOf([...ordinary, ...refused]));
      const found = await plan("refused.log");
      expect(found.entries).toEqual([]);
      expect(found.harm).toBe(0);
    }
    const some = scraper.map((hit, at) => ({ ...hit, status: at < 200 ? 403 : 200 }));
    write("refused.log", logOf([...ordinary, ...some]));
    expect(await plan("refused.log")).toMatchObject({ harm: 100 });
  });

  test("a shared address is spared, unless it is included", async () => {
    const agents = Array.from({ length: 30 }, () => shop.agent());
    const proxy = agents.flatMap((agent) => shop.visit("203.0.113.200", agent, shop.when(), false));
    // Somebody behind it scrapes.
    const behind = scraper.map((hit) => ({ ...hit, ip: "203.0.113.200" }));
    write("proxy.log", logOf([...ordinary, ...proxy, ...behind]));
    const found = await plan("proxy.log");
    expect(found.entries).toEqual([]);
    expect(spared(found)["shared address"]).toEqual(["203.0.113.200"]);
    const included = await plan("proxy.log", "--include-shared");
    expect(cidrs(included)).toEqual(["203.0.113.200/32"]);
    expect(included.replay.people).toBeGreaterThan(10);
    expect(included.replay.hits[0]).toMatchObject({ client_ip: "203.0.113.200", person: true });
  });

  test("harm is what a filter or a range chooses, instead of the verdicts", async () => {
    const lines = Array.from({ length: 40 }, (_, at) =>
      combined({
        ip: `198.51.100.${at % 4}`,
        target: at % 4 === 0 ? "/export/all" : "/",
        bytes: 1000 * ((at % 4) + 1),
        time: `2026-11-0${1 + (at % 5)}T10:00:00Z`,
      }),
    );
    write("few.log", `${lines.join("\n")}\n`);
    expect(cidrs(await plan("few.log", "-w", "path=/export/*"))).toEqual(["198.51.100.0/32"]);
    expect(
      cidrs(await plan("few.log", "--by", "bytes", "--only", "198.51.100.0/30", "--target", "65%")),
    ).toEqual(["198.51.100.2/31"]);
    expect((await plan("few.log", "--only", "198.51.100.3")).entries[0]?.reason).toContain(
      "chosen by you",
    );
    expect(await plan("few.log", "-w", "path=/nothing")).toMatchObject({ entries: [], harm: 0 });
    const short = await plan("few.log", "--only", "198.51.100.0/30", "--replay", "2d");
    expect(short.replay.days.map(({ day }) => day)).toEqual(["2026-11-04", "2026-11-05"]);
  });

  test("the replay refuses what a count of the lines says, day by day", async () => {
    const six = scraper.map((hit, at) => ({ ...hit, ip: `2001:db8:5:6::${(at % 9) + 1}` }));
    const subnet = shop.subnet();
    const text = logOf([...ordinary, ...scraper, ...rotating, ...six, ...subnet]);
    write("replay.log", text);
    const found = await plan("replay.log", "--target", "100%");
    expect(cidrs(found)).toEqual([
      "2001:db8:5:6::/64",
      "203.0.100.0/26",
      "203.0.113.11/32",
      "203.0.113.22/32",
    ]);
    const isBlocked = (ip: string): boolean =>
      found.entries.some(({ cidr }) => holds(block(cidr), block(ip)));
    const days = new Map<string, number[]>();
    for (const line of text.trimEnd().split("\n")) {
      const [, ip = "", day = "", bytes = ""] =
        /^(\S+) - - \[(\d\d)\/Nov.*?" 200 (\d+) /.exec(line) ?? [];
      const sums = days.get(`2026-11-${day}`) ?? [0, 0, 0, 0];
      const add = [1, Number(bytes), ...(isBlocked(ip) ? [1, Number(bytes)] : [0, 0])];
      days.set(
        `2026-11-${day}`,
        sums.map((sum, at) => sum + (add[at] ?? 0)),
      );
    }
    expect(found.replay.days).toEqual(
      [...days]
        .toSorted(([x], [y]) => (x < y ? -1 : 1))
        .map(([day, [requests, sent, refused, kept]]) => ({
          day,
          requests,
          bytes_sent: sent,
          refused_requests: refused,
          refused_bytes: kept,
        })),
    );
  });

  test("a line names the plan, whom it hits and how it is taken back", async () => {
    const { out } = await culprit(["block", "shop.log"]);
    expect(out).toContain("Block 2 entries to remove 66.7% of what scrapers and floods did");
    expect(out).toContain("It hits nobody else, and no verified crawler.");
    expect(out).toContain("culprit block --plan plan.json --for nginx --undo -o blocked.conf");
    write("hog.log", s3Log(transfer("2026-11-01", 3, 1)));
    const hog = await culprit(["block", "hog.log", "--by", "bytes"]);
    expect(hog.out).toContain("203.0.113.50 has 25.0% of the bytes, and nothing accuses it");
    const rows = await culprit(["block", "shop.log", "--csv"]);
    expect(rows.out.split("\n")[0]).toBe("cidr,harm,share,addresses,reason");
  });

  test.each([
    [["--undo"], "--undo"],
    [["--apply", "now"], "--apply"],
    [["--only", "x"], "neither an address nor a range"],
    [["--allow", "nothere.txt"], "neither an address nor a range"],
    [["--expire", "1y"], "differ in length"],
    [["--at", "now", "--for", "nginx"], "not a time with its zone"],
    [["--for", "s3-policy"], "needs to know the bucket"],
    [["--for", "s3-policy", "--bucket", "*"], "not the name of a bucket"],
    [["--plan", "plan.json", "--for", "nginx"], "without sources"],
    [["--target", "200%"], "not a percentage"],
    [["--service", "ec3"], "no service ec3"],
  ])("%j is refused with the reason", async (flags, reason) => {
    const found = await culprit(["block", "shop.log", ...flags]);
    expect(found.code).toBe(2);
    expect(found.err).toContain(reason);
  });

  test.each([
    ["not JSON", "{", "bad-plan"],
    ["no entries", "{}", "no list"],
    ["a name", '{"entries":[{"cidr":"evil.example"}]}', "is no range"],
    ["everybody", '{"entries":[{"cidr":"0.0.0.0/0"}]}', "everybody"],
  ])("a plan with %s is refused", async (_, text, reason) => {
    write("odd.json", text);
    const found = await culprit(["block", "--plan", "odd.json", "--for", "nginx"]);
    expect(found.code).toBe(2);
    expect(found.err).toMatch(new RegExp(`${reason}|no block plan`));
  });
});
