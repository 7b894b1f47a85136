import { writeFileSync } from "node:fs";
import path from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { checkRanges } from "../../src/analyses/scrapers/verify.js";
import { culprit, folder, jsonLines } from "../cli/culprit.js";
import { log } from "../cli/logs.js";
import { logOf, SCRAPER_BEHIND_PROXY, Shop } from "../generators/scrapers.mjs";

interface Verdict {
  client_ip: string;
  user_agent: string | null;
  kind: string;
  value: string | null;
  class: string;
  band: string;
  score: number;
  group: string | null;
  declared: string | null;
  verification: string | null;
  coverage: number | null;
  hours_to_completion: number | null;
  members: { client_ip: string; proven: boolean }[];
  evidence: { signal: string; points: number; sentence: string }[];
}

interface Document {
  clients: Verdict[];
  groups: Verdict[];
  shared_addresses: Verdict[];
  too_little_data: { clients: number; share: number };
  notes: string[];
  counts?: Record<string, unknown>[];
}

function write(name: string, hits: Parameters<typeof logOf>[0]): string {
  const file = path.join(folder, name);
  writeFileSync(file, logOf(hits));
  return file;
}

async function judge(file: string, ...more: string[]): Promise<Document> {
  const { code, out, err } = await culprit(["scrapers", file, "--json", "-n", "1000", ...more]);
  expect({ code, err: err.match(/error.*/)?.[0] }).toEqual({ code: 0, err: undefined });
  return JSON.parse(out) as Document;
}

const accusing = ["likely", "strong"];
const campaigns = ({ groups }: Document): Verdict[] =>
  groups.filter((one) => one.class !== "automaton" && accusing.includes(one.band));
const accused = ({ clients }: Document): Verdict[] =>
  clients.filter(
    (one) =>
      accusing.includes(one.band) &&
      !["automaton", "declared-automaton", "verified-crawler"].includes(one.class),
  );

const shop = new Shop(42);
const ordinary = shop.ordinary();

describe("ordinary days", () => {
  test("nobody is accused, and no app's users either", async () => {
    const file = write("ordinary.log", ordinary);
    const found = await judge(file);
    expect(accused(found)).toEqual([]);
    expect(campaigns(found)).toEqual([]);
    const apps = found.clients.filter(({ user_agent: agent }) => agent?.startsWith("ShopApp"));
    expect(apps.some((one) => one.class === "automaton")).toBe(true);
    expect(apps.filter((one) => !["automaton", "cannot-tell"].includes(one.class))).toEqual([]);
    const { out } = await culprit(["scrapers", file]);
    expect(out).toMatch(/^Nobody looks like a scraper\.$/m);
  });

  test("evidence against stands beside evidence for", async () => {
    const { clients } = await judge(write("ordinary.log", ordinary), "--all");
    const people = clients.filter(({ client_ip: ip }) => ip.startsWith("198.18."));
    expect(people.length).toBeGreaterThan(100);
    const against = people.filter(({ evidence }) => evidence.some(({ points }) => points < 0));
    expect(against.length / people.length).toBeGreaterThan(0.9);
  });
});

test("attacks with URLs of thousands of numbers cost no more than others", async () => {
  const attack = (at: number): string =>
    `203.0.113.99 - - [05/Nov/2026:10:00:${String(10 + at)} +0000] "GET /default.ida?${"%90".repeat(10_000)}${String(at)} HTTP/1.0" 404 0 "-" "-"\n`;
  const file = path.join(folder, "overflow.log");
  writeFileSync(file, Array.from({ length: 40 }, (_, at) => attack(at)).join(""));
  const { clients } = await judge(file, "--all");
  expect(clients.map(({ client_ip: ip }) => ip)).toEqual(["203.0.113.99"]);
});

describe("adversaries", () => {
  let found: Document;

  beforeAll(async () => {
    const file = write("adversaries.log", [
      ...ordinary,
      ...shop.sequential(),
      ...shop.rotating(),
      ...shop.subnet(),
      ...shop.residential(),
      ...shop.driven(),
      ...shop.slow(),
      ...shop.proxy(),
      ...shop.proxyWithScraper(),
    ]);
    found = await judge(file);
  });

  test("numbered lists in order", () => {
    const own = found.clients.find(({ client_ip: ip }) => ip === "203.0.113.11");
    expect(own).toMatchObject({ class: "sequential-scraper", band: "strong" });
    expect(own?.evidence.map(({ sentence }) => sentence)).toContain(
      "asked for /list?page=# with # = 1, 2, 3 … 300 in order, 300 in one run",
    );
  });

  test("one address with many User-Agents", () => {
    const own = found.groups.find(({ value }) => value === "203.0.113.22");
    expect(own).toMatchObject({ kind: "address", class: "rotating-user-agent", band: "strong" });
    const members = found.clients.filter(({ client_ip: ip }) => ip === "203.0.113.22");
    expect(new Set(members.map(({ group }) => group))).toEqual(new Set(["203.0.113.22"]));
  });

  test("a subnet that divides the catalogue, with its coverage and time to completion", () => {
    const own = found.groups.find(({ value }) => value === "203.0.100.0/24");
    expect(own).toMatchObject({ kind: "subnet", class: "distributed-campaign", addresses: 30 });
    expect(own?.coverage).toBeCloseTo(240 / 944, 1);
    expect(own?.hours_to_completion).toBeGreaterThan(0.5);
    expect(own?.members).toHaveLength(30);
  });

  test("a pool of homes, none of whom is accused alone", () => {
    const own = found.groups.find(({ kind }) => kind === "pool");
    expect(own).toMatchObject({ class: "distributed-campaign", band: "likely" });
    expect(own?.members.some(({ proven }) => proven)).toBe(false);
    expect(accused(found).filter(({ client_ip: ip }) => ip.startsWith("100."))).toEqual([]);
  });

  test("slow, day and night, behind a made-up referrer", () => {
    const own = found.clients.find(({ client_ip: ip }) => ip === "203.0.113.66");
    expect(own).toMatchObject({ class: "scraper", band: "strong" });
    expect(own?.evidence.find(({ signal }) => signal === "R1")?.points).toBeLessThan(0);
  });

  test("people behind one address are not accused; who scrapes among them is", () => {
    const shared = found.shared_addresses.map(({ client_ip: ip }) => ip);
    expect(shared).toEqual(expect.arrayContaining(["198.51.100.1", "198.51.100.2"]));
    const behind = accused(found).filter(({ client_ip: ip }) => ip.startsWith("198.51.100."));
    expect(behind).toEqual([
      expect.objectContaining({ client_ip: "198.51.100.2", user_agent: SCRAPER_BEHIND_PROXY }),
    ]);
    expect(behind[0]?.evidence.find(({ signal }) => signal === "S1")?.sentence).toMatch(
      /about \d+ browsers share its address/,
    );
  });

  test("nobody else", () => {
    const others = accused(found).filter(({ client_ip: ip }) => /^198\.1[89]\./.test(ip));
    expect(others).toEqual([]);
    expect(
      campaigns(found)
        .map(({ kind }) => kind)
        .toSorted(),
    ).toEqual(["address", "pool", "subnet"]);
  });
});

/** A few who ask for the same things, on a site with ordinary traffic. */
const many = (
  count: number,
  hit: (at: number) => Parameters<typeof logOf>[0][number],
): Parameters<typeof logOf>[0] => Array.from({ length: count }, (_, at) => hit(at));

const START = Date.UTC(2026, 10, 2) / 1000;
const AGENT = "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/97.0";

describe("kinds", () => {
  test("a poller is not a scraper", async () => {
    const hits = many(200, (at) => ({
      ip: "203.0.113.40",
      agent: AGENT,
      time: START + at * 900,
      target: "/feed.xml",
    }));
    const found = await judge(write("poller.log", [...ordinary, ...hits]));
    expect(accused(found)).toEqual([]);
    const own = found.clients.find(({ client_ip: ip }) => ip === "203.0.113.40");
    expect(own).toMatchObject({ class: "poller", band: "watch" });
  });

  test("a scanner looks for what is not there", async () => {
    const hits = many(60, (at) => ({
      ip: "203.0.113.41",
      agent: AGENT,
      time: START + at,
      target: `/admin${at}.php`,
      status: 404,
    }));
    const [own] = accused(await judge(write("scanner.log", [...ordinary, ...hits])));
    expect(own).toMatchObject({ client_ip: "203.0.113.41", class: "scanner" });
  });

  test("the same search string from many addresses", async () => {
    const searching = (agent: string, place: string, referrer?: string) =>
      many(80, (at) => ({
        ip: `${place}.${at % 8}.${1 + (at % 8)}`,
        agent: `${agent}${at % 8}`,
        time: START + at * 300,
        target: at < 8 ? "/search?q=rare%20thing" : shop.page(),
        ...(referrer === undefined ? {} : { referrer }),
      }));
    const { groups } = await judge(
      write("search.log", [...ordinary, ...searching(AGENT, "100.66")]),
    );
    const search = groups.find(({ kind }) => kind === "search");
    expect(search?.value).toBe("rare%20thing");
    expect(search?.evidence[0]?.sentence).toMatch(
      /the same search "rare%20thing" from 8 addresses/,
    );
  });

  test("a site without images, styles and scripts accuses nobody for that, and says so", async () => {
    const pages = ordinary.filter(({ target }) => !/\.(?:css|js|png|jpg|ico)$/.test(target));
    const found = await judge(write("api.log", pages));
    expect(accused(found)).toEqual([]);
    expect(found.notes.join("\n")).toMatch(
      /images, styles and scripts, so that their absence is no evidence/,
    );
  });

  test("nothing in the log", async () => {
    const found = await judge(log("none.log", []));
    expect(found).toMatchObject({ clients: [], groups: [], shared_addresses: [], notes: [] });
  });

  test("what requests say stays text", async () => {
    const evil = "/'; DROP TABLE requests; --\\x1b[2J?q=<b>";
    const hits = many(40, (at) => ({
      ip: "203.0.113.42",
      agent: `x'\\x1b[31m"`.replace('"', ""),
      time: START + at,
      target: `${evil.replaceAll(" ", "%20")}${at}`,
    }));
    const file = write("evil.log", [...ordinary, ...hits]);
    const { code, out } = await culprit(["scrapers", file, "--group-by", "client_ip,user_agent"]);
    expect(code).toBe(0);
    expect(out).toMatch(/203\.0\.113\.42: scraper/);
    expect(out).not.toMatch(/\x1b/);
  });
});

describe("claims", () => {
  const googlebot = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)";
  const claims = ["192.0.2.66", "203.0.113.43"].flatMap((ip) =>
    many(20, (at) => ({ ip, agent: googlebot, time: START + at * 60, target: `/item/${at}` })),
  );

  const ranges = (created: string): string => {
    const file = path.join(folder, "googlebot.json");
    const prefixes = [{ ipv4Prefix: "192.0.2.0/24" }, { ipv6Prefix: "2001:db8::/32" }];
    writeFileSync(file, JSON.stringify({ creationTime: created, prefixes }));
    return `googlebot=${file}`;
  };

  test.each([
    ["2026-11-01T10:00:00.000000", "impostor", "failed"],
    ["2024-01-01T10:00:00.000000", "declared-automaton", "unverifiable"],
  ])("published addresses of %s", async (created, kind, verification) => {
    const file = write("claims.log", [...ordinary, ...claims]);
    const { clients } = await judge(file, "--crawler-ranges", ranges(created));
    const of = (ip: string): Verdict | undefined => clients.find((one) => one.client_ip === ip);
    expect(of("192.0.2.66")).toMatchObject({ class: "verified-crawler", verification: "verified" });
    expect(of("203.0.113.43")).toMatchObject({ class: kind, verification });
  });

  test("the lists that come along confirm, and are too old to refute", async () => {
    const real = many(20, (at) => ({
      ip: "66.249.66.7",
      agent: googlebot,
      time: START + at * 60,
      target: `/item/${at}`,
    }));
    const { clients } = await judge(write("claims.log", [...ordinary, ...claims, ...real]));
    const of = (ip: string): Verdict | undefined => clients.find((one) => one.client_ip === ip);
    expect(of("66.249.66.7")).toMatchObject({ class: "verified-crawler" });
    expect(of("203.0.113.43")).toMatchObject({
      class: "declared-automaton",
      verification: "unverifiable",
    });
  });

  test("a crawler without a list is not checked", async () => {
    const agent = "Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)";
    const hits = claims.map((hit) => ({ ...hit, agent }));
    const { clients } = await judge(write("others.log", [...ordinary, ...hits]));
    const own = clients.find(({ client_ip: ip }) => ip === "203.0.113.43");
    expect(own).toMatchObject({ class: "declared-automaton", verification: null });
  });

  test.each<[created: string, seen: string, address: string, verification: string]>([
    ["2026-03-16", "2026-03-20", "192.0.2.1", "failed"],
    ["2026-03-16", "2026-03-24", "192.0.2.1", "unverifiable"],
    ["2026-03-16", "2025-03-20", "192.0.2.1", "failed"],
    ["2026-03-16", "2019-01-24", "192.0.2.1", "unverifiable"],
    ["2026-03-16", "2019-01-24", "198.51.100.9", "verified"],
    ["2026-03-16", "2026-03-16", "2001:db8::1", "unverifiable"],
    ["", "2026-03-16", "192.0.2.1", "unverifiable"],
  ])("a list of %j and a claim of %s from %s: %s", (created, seen, address, verification) => {
    const list = { crawler: "googlebot", created, blocks: ["198.51.100.0/24"] };
    const check = checkRanges([list], googlebot, address, new Date(seen));
    expect(check?.verification).toBe(verification);
  });

  test.each([
    ["googlebot", "not of the form name=file"],
    ["googlebot=nowhere.json", "ENOENT"],
  ])("refuses --crawler-ranges %s", async (value, why) => {
    const { code, err } = await culprit(["scrapers", "x.log", "--crawler-ranges", value]);
    expect(code).toBe(2);
    expect(err).toContain("The crawler's addresses cannot be read");
    expect(err).toContain(why);
  });

  test("refuses a list that names what is no block", async () => {
    const file = log("list.json", ['{"prefixes": [{"ipv4Prefix": "192.0.2.0/240"}]}']);
    const { code, err } = await culprit(["scrapers", "x.log", "--crawler-ranges", `a=${file}`]);
    expect(code).toBe(2);
    expect(err).toContain('"192.0.2.0/240" is no block of addresses');
  });
});

describe("output", () => {
  const file = (): string => write("output.log", [...ordinary, ...shop.sequential()]);

  test("rows for programs", async () => {
    const { out } = await culprit(["scrapers", file(), "--jsonl"]);
    expect(jsonLines(out)[0]).toMatchObject({
      kind: "client",
      value: "203.0.113.11",
      class: "sequential-scraper",
      requests: 300,
    });
    const csv = await culprit(["scrapers", file(), "--csv"]);
    expect(csv.out.split("\n")[1]).toMatch(/^client,203\.0\.113\.11,/);
  });

  test("a table of counts", async () => {
    const { counts } = await judge(file(), "--group-by", "client_ip,user_agent", "-n", "3");
    expect(counts).toHaveLength(3);
    expect(counts?.[0]).toMatchObject({ client_ip: "203.0.113.9", requests: 864 });
  });

  test.each([
    [["--fail-on", "strong"], 1],
    [["--fail-on", "strong", "-w", "client_ip!=203.0.113.11"], 0],
  ])("exit code with %j", async (flags, code) => {
    expect((await culprit(["scrapers", file(), ...flags])).code).toBe(code);
  });
});
