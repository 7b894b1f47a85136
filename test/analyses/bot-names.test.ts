import { describe, expect, test } from "vitest";
import { botNames } from "../../src/analyses/bot-names.js";
import { culprit } from "../cli/culprit.js";
import { log, random } from "../cli/logs.js";

const named: [userAgent: string, name: string | undefined, kind: string | undefined][] = [
  [
    "Mozilla/5.0 (compatible; Yahoo! Slurp; http://help.yahoo.com/help/us/ysearch/slurp)",
    "Slurp",
    "search-engine",
  ],
  [
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Googlebot",
    "search-engine",
  ],
  ["Googlebot-Image/1.0", "Googlebot-Image", "search-engine"],
  [
    "Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)",
    "YandexBot",
    "search-engine",
  ],
  ["Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)", "AhrefsBot", "seo"],
  [
    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.1; +https://openai.com/gptbot)",
    "GPTBot",
    "ai-crawler",
  ],
  [
    "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
    "facebookexternalhit",
    "social-preview",
  ],
  ["UniversalFeedParser/4.2-pre-314-svn +http://feedparser.org/", "UniversalFeedParser", undefined],
  ["curl/8.5.0", "curl", "http-library"],
  ["python-requests/2.32.3", "python-requests", "http-library"],
  ["Java/17.0.1", "Java", undefined],
  ["ELB-HealthChecker/2.0", "ELB-HealthChecker", undefined],
  ["sqlmap/1.7", "sqlmap", "scanner"],
  ["Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0", undefined, undefined],
  [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36",
    undefined,
    undefined,
  ],
  ["", undefined, undefined],
];

describe("names of declared bots", () => {
  test.each(named)("%s", async (userAgent, name, kind) => {
    const nameOf = await botNames();
    expect(nameOf(userAgent)).toEqual(name === undefined ? undefined : { name, kind });
  });

  test("are words, whatever the User-Agent", async () => {
    const nameOf = await botNames();
    const next = random(2);
    const parts = [
      "bot",
      "Mozilla/5.0",
      "(compatible; ",
      "+http://x.example/bot",
      "crawl",
      ")",
      "/1.0",
      "\u001b[2J",
      "é",
      ";",
    ];
    for (let n = 0; n < 2000; n++) {
      const agent = Array.from({ length: 1 + next(8) }, () => parts[next(parts.length)]).join(
        next(2) === 0 ? " " : "",
      );
      const name = nameOf(agent)?.name;
      if (name !== undefined) expect(name).toMatch(/^[\w(.][^\u001b]{0,39}$/);
    }
  });

  test("of a hundred thousand User-Agents take seconds at most", async () => {
    const nameOf = await botNames();
    const begun = performance.now();
    for (let n = 0; n < 100_000; n++) {
      const browser = `Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${n}.0 Safari/537.36`;
      nameOf(
        n % 3 === 0 ? `Mozilla/5.0 (compatible; SomeBot/${n}; +http://some.example/bot)` : browser,
      );
    }
    // About one when the machine has nothing else to do.
    expect(performance.now() - begun).toBeLessThan(15_000);
  });
});

test("a bot's requests are counted over all its User-Agents, its addresses once", async () => {
  const file = log("bots.log", [
    ...["203.0.113.1", "203.0.113.2", "203.0.113.1"].map((ip, at) => ({
      ip,
      agent: `curl/8.${at}`,
      bytes: 10,
    })),
    { agent: "python-requests/2", bytes: 5 },
    { agent: "-" },
    {},
  ]);
  const { out } = await culprit(["report", file, "--json"]);
  const { declared_bots: bots, user_agents: agents } = JSON.parse(out) as Record<string, unknown>;
  expect(bots).toMatchObject({
    requests: 4,
    bytes_sent: 35,
    share: 4 / 6,
    bots: [
      { name: "curl", kind: "http-library", requests: 3, bytes_sent: 30, addresses: 2 },
      { name: "python-requests", requests: 1, addresses: 1 },
    ],
  });
  expect(agents).toMatchObject({
    rows: expect.arrayContaining([
      expect.objectContaining({ user_agent: null, requests: 1 }),
    ]) as unknown,
  });
});

test("--fail-on asks how much it matters", async () => {
  const crowd = Array.from({ length: 160 }, (_, at) => ({ ip: `203.0.113.${at % 16}` }));
  const hog = Array.from({ length: 90 }, () => ({ ip: "198.51.100.7" }));
  const file = log("medium.log", [...crowd, ...hog]);
  const calm = log("calm.log", crowd);
  const code = async (source: string, level: string): Promise<number> =>
    (await culprit(["report", source, "--fail-on", level])).code;
  expect(
    await Promise.all(["any", "low", "medium", "high"].map((level) => code(file, level))),
  ).toEqual([1, 1, 1, 0]);
  expect(await code(calm, "any")).toBe(0);
  const empty = await culprit(["report", log("none.log", []), "--fail-on", "any"]);
  expect(empty).toMatchObject({ code: 3, out: "", left: [] });
});
