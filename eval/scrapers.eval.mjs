// Scrapers: adversaries of our own over 20 seeds, and real logs whose User-Agents are hidden.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { isbot } from "isbot";
import { logOf, SCRAPER_BEHIND_PROXY, Shop } from "../test/generators/scrapers.mjs";
import { culpritJson } from "./culprit.mjs";

const SEEDS = Array.from({ length: 20 }, (_, at) => 100 + at);
const corpus = path.resolve("../shared/corpus");
const folder = mkdtempSync(path.join(tmpdir(), "culprit-eval-"));

/**
 * @param {string} text
 * @param {readonly string[]} [more]
 */
async function judge(text, more = []) {
  const file = path.join(folder, "log");
  writeFileSync(file, text);
  return culpritJson(["scrapers", file, "-n", "100000", "--all", ...more]);
}

const ACCUSING = new Set([
  "impostor",
  "scanner",
  "sequential-scraper",
  "scraper",
  "rotating-user-agent",
  "distributed-campaign",
]);
/** @param {{ band: string, class: string }} verdict */
const isAccused = (verdict) =>
  ACCUSING.has(verdict.class) && (verdict.band === "likely" || verdict.band === "strong");

/** @param {number} part @param {number} whole */
const of = (part, whole) => `${part} of ${whole}`;
/** @param {number} value */
const percent = (value) => `${(100 * value).toFixed(1)} %`;

export async function evaluate() {
  try {
    const rows = [
      ...(await adversaries()),
      ...(await ordinary()),
      ...(await hidden()),
      ...(await driven()),
    ];
    const table = [
      "| what | goal | measured |",
      "| --- | --- | --- |",
      ...rows.map((row) => `| ${row.join(" | ")} |`),
    ];
    return [...table, "", ...(await volumes())].join("\n");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** All adversaries at once on a shop's ordinary days. */
async function adversaries() {
  const found = { S1: 0, S2: 0, S3: 0, S4: 0, S5: 0, S6: 0, M1: 0, M2: 0, other: 0, shared: 0 };
  for (const seed of SEEDS) {
    const shop = new Shop(seed);
    const hits = [
      ...shop.ordinary(),
      ...shop.sequential(),
      ...shop.rotating(),
      ...shop.subnet(),
      ...shop.residential(),
      ...shop.driven(),
      ...shop.slow(),
      ...shop.proxy(),
      ...shop.proxyWithScraper(),
    ];
    const { clients, groups, shared_addresses: shared } = await judge(logOf(hits));
    const accused = clients.filter(isAccused);
    const campaigns = groups.filter(isAccused);
    const has = (/** @type {string} */ ip) =>
      accused.some((/** @type {any} */ { client_ip: own }) => own === ip);
    const together = (/** @type {string} */ value) =>
      campaigns.some((/** @type {any} */ group) => group.value === value);
    const isShared = (/** @type {string} */ ip) =>
      shared.some((/** @type {any} */ { client_ip: own }) => own === ip);
    if (has("203.0.113.11")) found.S1 += 1;
    if (together("203.0.113.22")) found.S2 += 1;
    if (together("203.0.100.0/24")) found.S3 += 1;
    if (campaigns.some((/** @type {any} */ { kind }) => kind === "pool")) found.S4 += 1;
    if (accused.some((/** @type {any} */ { client_ip: ip }) => ip.startsWith("100.127."))) {
      found.S5 += 1;
    }
    if (has("203.0.113.66")) found.S6 += 1;
    if (isShared("198.51.100.1") && !has("198.51.100.1")) found.M1 += 1;
    const behind = accused.filter((/** @type {any} */ one) => one.client_ip === "198.51.100.2");
    if (
      isShared("198.51.100.2") &&
      behind.length === 1 &&
      behind[0].user_agent === SCRAPER_BEHIND_PROXY
    ) {
      found.M2 += 1;
    }
    found.other += accused.filter((/** @type {any} */ { client_ip: ip }) =>
      /^198\.1[89]\./.test(ip),
    ).length;
    found.shared += campaigns.filter((/** @type {any} */ { value }) =>
      (value ?? "").startsWith("198.51.100."),
    ).length;
  }
  const all = SEEDS.length;
  return [
    ["S1, one address, numbered lists", "100 %", of(found.S1, all)],
    ["S2, one address, 40 User-Agents", "100 %", of(found.S2, all)],
    ["S3, 30 addresses of a /24, 8 pages each", "100 %", of(found.S3, all)],
    ["S4, 150 homes, 2 pages each", "raised as a pool", of(found.S4, all)],
    ["S5, 60 driven browsers: accused one by one", "cannot tell", of(found.S5, all)],
    ["S6, one address, slow, day and night", "100 %", of(found.S6, all)],
    ["M1, 150 people behind one address: named as shared, not accused", "100 %", of(found.M1, all)],
    ["M2, the same with a scraper: only it is accused", "100 %", of(found.M2, all)],
    ["ordinary clients accused beside them", "0", String(found.other)],
    ["shared addresses accused", "0", String(found.shared)],
  ];
}

/** Days on which nobody scrapes. */
async function ordinary() {
  let quiet = 0;
  let accused = 0;
  for (const seed of SEEDS) {
    const { clients, groups } = await judge(logOf(new Shop(1000 + seed).ordinary()));
    const found = [...clients, ...groups].filter(isAccused).length;
    accused += found;
    if (found === 0) quiet += 1;
  }
  return [
    ["ordinary days on which nobody is accused", "≥ 95 %", of(quiet, SEEDS.length)],
    ["clients and groups accused on them", "0", String(accused)],
  ];
}

/** How many homes with how many pages each it takes until the pool is raised. */
async function volumes() {
  const homes = [30, 50, 100, 300, 1000];
  const lines = [
    `| S4: homes | ${[1, 2, 4].map((each) => `${each} page${each === 1 ? "" : "s"} each`).join(" | ")} |`,
    "| ---: | ---: | ---: | ---: |",
  ];
  for (const addresses of homes) {
    const cells = [];
    for (const each of [1, 2, 4]) {
      let raised = 0;
      for (const seed of SEEDS.slice(0, 5)) {
        const shop = new Shop(2000 + seed);
        const hits = [...shop.ordinary(), ...shop.residential(addresses, each)];
        const { groups } = await judge(logOf(hits));
        if (groups.some((/** @type {any} */ { kind }) => kind === "pool")) raised += 1;
      }
      cells.push(of(raised, 5));
    }
    lines.push(`| ${addresses} | ${cells.join(" | ")} |`);
  }
  return lines;
}

/** Real logs: what says that it is an automaton is the label, and is hidden from culprit. */
async function hidden() {
  const logs = [
    ["semicomplete", "elastic-examples/apache_logs", "≥ 0.95; ≥ 75 % at ≤ 3 %"],
    ["zanbil shop", "lnav/shop_access_log.0", "–"],
    ["advertools", "advertools/nginx_access.log", "–"],
    ["secrepo", "slrbl-webhawk/access.log.2021-10-22", "–"],
  ];
  const rows = [];
  for (const [name = "", file = "", goal = ""] of logs) {
    const place = path.join(corpus, file);
    if (!existsSync(place)) continue;
    rows.push(...(await hiddenLog(name, readFileSync(place, "latin1"), goal)));
  }
  return rows;
}

const AGENT = /"([^"]*)"(\s*(?:"-")?\s*)$/;

/** @param {string} name @param {string} text @param {string} goal */
async function hiddenLog(name, text, goal) {
  /** @type {Map<string, string>} */
  const keys = new Map();
  /** @type {Map<string, number>} */
  const numbers = new Map();
  const lines = text.split("\n").filter((line) => AGENT.test(line));
  const requests = { declared: 0, undeclared: 0 };
  /** @type {Map<string, { declared: number, all: number }>} */
  const nets = new Map();
  const masked = lines.map((line) => {
    const agent = AGENT.exec(line)?.[1] ?? "-";
    const bot = isbot(agent);
    requests[bot ? "declared" : "undeclared"] += 1;
    const [net = ""] = /^\d+\.\d+\.\d+/.exec(line) ?? [];
    const count = nets.get(`${net}.0/24`) ?? { declared: 0, all: 0 };
    nets.set(`${net}.0/24`, { declared: count.declared + Number(bot), all: count.all + 1 });
    const number = numbers.get(agent) ?? numbers.size;
    numbers.set(agent, number);
    const key =
      agent === "-" ? "-" : `Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/${number}`;
    keys.set(key, agent);
    return line.replace(AGENT, `"${key}"`);
  });
  const { clients, groups } = await judge(`${masked.join("\n")}\n`, ["--format", "combined"]);
  const labelled = clients.map((/** @type {any} */ client) => ({
    score: client.score,
    requests: client.requests,
    accused: isAccused(client) || client.class === "automaton",
    bot: isbot(keys.get(client.user_agent ?? "-") ?? ""),
  }));
  const auc = aucOf(labelled);
  const byCount = aucOf(
    labelled.map((/** @type {any} */ one) => ({ ...one, score: one.requests })),
  );
  const asked = { masked, clients, groups };
  const best = recallAt(asked, (key) => isbot(keys.get(key) ?? ""), requests, 0.03);
  const subnets = groups.filter(
    (/** @type {any} */ { kind, score }) => kind === "subnet" && score >= 2,
  );
  const right = subnets.filter((/** @type {any} */ { value }) => {
    const net = nets.get(value);
    return net !== undefined && net.declared > net.all / 2;
  });
  const flagged = labelled.filter((/** @type {any} */ { accused }) => accused);
  const rightly = flagged.filter((/** @type {any} */ { bot }) => bot);
  return [
    [
      `${name}, User-Agents hidden: AUC of clients; requests of declared bots found at the share of undeclared ones flagged`,
      goal,
      `${auc.toFixed(3)} (count alone ${byCount.toFixed(3)}); ${percent(best.found)} at ${percent(best.flagged)}`,
    ],
    [
      `${name}: not a browser, likely or strong; of them declared bots`,
      "–",
      `${flagged.length}; ${rightly.length}`,
    ],
    [
      `${name}: /24 groups raised; of them mostly declared bots`,
      "0 false",
      `${subnets.length}; ${right.length}`,
    ],
  ];
}

/**
 * Browsers driven by bots and by people, Iliou et al. 2021: nothing in such a log tells them apart, so
 * that nobody may be accused. A session stands in the place of an address.
 */
async function driven() {
  const of2021 = path.join(corpus, "iliou-web-bot/dev");
  if (!existsSync(of2021)) return [];
  const labels = readFileSync(path.join(of2021, "labels.tsv"), "utf8")
    .trimEnd()
    .split("\n")
    .slice(1);
  const format = '- - %t "%r" %>s %b "%{Referer}i" %h "%{User-Agent}i"';
  const log = readFileSync(path.join(of2021, "access.log"), "utf8");
  const { clients } = await judge(log, ["--log-format", format]);
  const untold = new Set(
    clients
      .filter((/** @type {any} */ one) => one.class === "cannot-tell")
      .map((/** @type {any} */ { client_ip: session }) => session),
  );
  const sessions = labels.map((line) => line.split("\t"));
  const share = (/** @type {string} */ kind) => {
    const those = sessions.filter(([, label]) => label === kind);
    return of(those.filter(([session]) => untold.has(session)).length, those.length);
  };
  return [
    [
      "bots that drive a browser (Iliou et al. 2021), advanced and moderate: not told, instead of guessed",
      "≥ 90 % of the advanced",
      `${share("advanced_bot")}; ${share("moderate_bot")}`,
    ],
    ["people of the same log that are not accused", "all", share("human")],
  ];
}

/** @param {readonly { score: number, bot: boolean }[]} labelled */
function aucOf(labelled) {
  const bots = labelled.filter(({ bot }) => bot);
  const others = labelled.filter(({ bot }) => !bot);
  let sum = 0;
  for (const { score } of bots) {
    for (const other of others) sum += score > other.score ? 1 : score === other.score ? 0.5 : 0;
  }
  return sum / (bots.length * others.length);
}

/**
 * The most requests of declared bots found while at most a share of the undeclared ones is flagged, by
 * clients from a score on and by the groups that were raised; others count as missed.
 * @param {{ masked: readonly string[], clients: readonly any[], groups: readonly any[] }} asked
 * @param {(key: string) => boolean} isBot
 * @param {{ declared: number, undeclared: number }} requests
 * @param {number} most
 */
function recallAt({ masked, clients, groups }, isBot, requests, most) {
  const scores = new Map(
    clients.map((one) => [`${one.client_ip} ${one.user_agent ?? "-"}`, Number(one.score)]),
  );
  const raised = new Set(
    groups
      .filter(({ kind }) => kind === "subnet" || kind === "user_agent")
      .map(({ value }) => value),
  );
  const lines = masked.map((line) => {
    const key = AGENT.exec(line)?.[1] ?? "-";
    const [ip = ""] = /^\S+/.exec(line) ?? [];
    const [net = ""] = /^\d+\.\d+\.\d+/.exec(line) ?? [];
    const inGroup = raised.has(key) || raised.has(`${net}.0/24`);
    return { bot: isBot(key), score: scores.get(`${ip} ${key}`) ?? -Infinity, inGroup };
  });
  let best = { found: 0, flagged: 0 };
  for (const least of new Set(scores.values())) {
    const over = lines.filter(({ score, inGroup }) => inGroup || score >= least);
    const bots = over.filter(({ bot }) => bot).length;
    const found = bots / requests.declared;
    const flagged = (over.length - bots) / requests.undeclared;
    if (flagged <= most && found > best.found) best = { found, flagged };
  }
  return best;
}
