import { AxeBuilder } from "@axe-core/playwright";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { culprit, folder } from "../cli/culprit.js";
import { combined, log } from "../cli/logs.js";
import { logOf, Shop } from "../generators/scrapers.mjs";
import { describeServer } from "../servers/installed.js";
import { open, program } from "./browser.js";
import { hostile } from "./hostile.js";
import { shop } from "./reports.js";
import { serve } from "./server.js";

/* What only the live page has: alerts as check and watch remember them, and the block plan. */

const pictures = process.env["CULPRIT_SCREENSHOTS"] === "1";

/** The server may be busy with other tests. */
const eventually = <T>(look: () => T | Promise<T>) => expect.poll(look, { timeout: 60_000 });
const READY = "#changed .dimension";

/** A rule's configuration, checked once, so that something fires; the flags that find it again. */
async function checked(name: string, file: string, rule: string): Promise<string[]> {
  const own = path.join(folder, name);
  mkdirSync(own, { recursive: true });
  const config = path.join(own, "culprit.yaml");
  writeFileSync(config, `sources: ${JSON.stringify(file)}\nrules:\n  - { ${rule} }\n`);
  const flags = ["--config", config, "--state", path.join(own, "state")];
  const { code, err } = await culprit(["check", ...flags, "--at", "2026-11-05T11:00"]);
  if (code !== 1) throw new Error(err);
  return flags;
}

/** Requests a minute of one client, and many of another in the tenth hour. */
const busy = (agent = "curl/8"): string[] => [
  ...Array.from({ length: 720 }, (_, minute) =>
    combined({ ip: `192.0.2.${minute % 40}`, time: timeOf(minute * 60) }),
  ),
  ...Array.from({ length: 300 }, (_, at) =>
    combined({ ip: "203.0.113.9", time: timeOf(10 * 3600 + at * 10), agent }),
  ),
];

const timeOf = (second: number): string =>
  new Date(Date.parse("2026-11-05T00:00:00Z") + second * 1000).toISOString();

const plan = async (page: Page): Promise<void> => {
  await Promise.all([
    page.waitForResponse((response) => response.url().includes("/api/block?"), { timeout: 60_000 }),
    page.click("#block button[type=submit]"),
  ]);
  await page.locator("#block .headline").waitFor();
};

describeServer("alerts on the live page", program, "chromium", () => {
  test("what fires, since when, and who silenced it; nothing yet where nothing was checked", async () => {
    const file = log("busy.log", busy());
    const flags = await checked(
      "alerts",
      file,
      "name: heavy, measure: requests, by: client_ip, above: 100",
    );
    const { address } = await serve([file, ...flags]);
    const { page, faults } = await open(address, { wait: READY });
    await eventually(() => page.innerText("#alerts")).toContain("1 alert fires");
    const { out } = await culprit(["alerts", "list", "--json", ...flags]);
    const [alert] = (JSON.parse(out) as { alerts: { summary: string; since: string }[] }).alerts;
    const shown = await page.innerText("#alerts");
    expect(shown).toContain(alert?.summary);
    expect(shown).toContain(`since ${alert?.since.slice(0, 16).replace("T", " ")}`);
    const silence = [
      "alerts",
      "silence",
      "alertname=heavy",
      "--until",
      "4h",
      "--by",
      "anna",
      ...flags,
    ];
    expect((await culprit(silence)).code).toBe(0);
    await page.click('[data-do="alerts"]');
    await eventually(() => page.innerText("#alerts")).toMatch(/silenced by \w+ by anna/);
    // Its time becomes the incident, and its client a filter.
    await page.click("#alerts [data-span]");
    expect(await page.inputValue('[data-range="incident"]')).toMatch(/^2026-11-05 10:00\.\./);
    await page.click("#alerts button.value:text('203.0.113.9')");
    await page.click('[data-menu="only"]');
    await eventually(() => page.innerText(".top p")).toContain("300 requests");
    expect(faults).toEqual([]);
  });

  test("nothing fires where no rule was ever checked", async () => {
    const { address } = await serve([shop, "--state", path.join(folder, "never")]);
    const { page } = await open(address, { wait: READY });
    await eventually(() => page.innerText("#alerts")).toContain("No rule has been checked yet");
    expect(await page.innerText("#alerts .headline")).toBe("Nothing fires.");
  });

  test("what alerts remember of a log is text", async () => {
    const agents = hostile.filter((text) => !/["\u0000-\u001f\u2028-\u202e]/.test(text));
    const file = log(
      "hostile-alerts.log",
      agents.flatMap((agent) => busy(agent)),
    );
    const flags = await checked(
      "hostile",
      file,
      "name: odd, measure: requests, by: user_agent, above: 100",
    );
    const { address } = await serve([file, ...flags]);
    const { page, faults } = await open(address, { wait: READY });
    await eventually(() => page.innerText("#alerts")).toContain(`${agents.length + 1} alerts fire`);
    expect(await page.innerText("#alerts")).toContain(agents[0]);
    expect(await page.evaluate("window.hit")).toBeUndefined();
    expect(faults).toEqual([]);
  });

  test("a state that cannot be read is said in the command line's words", async () => {
    const state = path.join(folder, "broken");
    mkdirSync(state);
    writeFileSync(path.join(state, "state.json"), "no JSON");
    const { address } = await serve([shop, "--state", state]);
    const { page } = await open(address, { wait: READY });
    await eventually(() => page.innerText('#alerts [role="alert"]')).toContain(
      "What alerts remember cannot be read",
    );
  });
});

describeServer("the block plan on the live page", program, "chromium", () => {
  test("is that of culprit block, for the log, the window and the filters", async () => {
    const { address, origin } = await serve([shop]);
    const { page, faults } = await open(address, { wait: READY });
    // Nothing is computed before it is asked for.
    expect(await page.locator("#block .headline").count()).toBe(0);
    for (const [over, filter] of [
      ["all", undefined],
      ["incident", undefined],
      ["all", "path=/product/*"],
    ] as const) {
      if (filter !== undefined) {
        await page.fill('[name="where"]', filter);
        await page.keyboard.press("Enter");
        await page.locator(".chip").waitFor();
        await eventually(() => page.innerText("#block")).toContain("plan again");
      }
      await page.selectOption('#block [name="over"]', over);
      await plan(page);
      const command = await page.locator("#block .code pre").first().innerText();
      const args = words(command).slice(1, -2);
      const { out, code } = await culprit([...args, "--json"]);
      expect(code, command).toBe(0);
      const document = JSON.parse(out) as { paragraph: string; entries: { cidr: string }[] };
      const told = await page.locator("#block .headline, #block .headline ~ p").allInnerTexts();
      expect(told.join(" ")).toContain(document.paragraph);
      const rows = page.locator("#block tbody").first().locator("th");
      expect(await rows.allInnerTexts()).toEqual(document.entries.map(({ cidr }) => cidr));
    }
    expect(faults).toEqual([]);
    expect(page.url().startsWith(origin)).toBe(true);
  });

  test("gives each target's file and what takes it back", async () => {
    const { address } = await serve([shop]);
    const { page } = await open(address, { wait: READY });
    await page.selectOption('#block [name="over"]', "all");
    await plan(page);
    for (const target of ["nginx", "nftables", "aws-waf", "crowdsec-csv"]) {
      for (const undo of [false, true]) {
        const row = page.locator(`#block tbody tr:has(a[href^="/api/block/${target}?"])`);
        const [file] = await Promise.all([
          page.waitForEvent("download"),
          row
            .locator("a")
            .nth(undo ? 1 : 0)
            .click(),
        ]);
        const { out } = await culprit([
          "block",
          shop,
          "--for",
          target,
          ...(undo ? ["--undo"] : []),
        ]);
        expect(readFileSync(await file.path(), "utf8").trimEnd(), target).toBe(out.trimEnd());
        expect(file.suggestedFilename()).toMatch(new RegExp(`^culprit-${target}(-undo)?\\.\\w+$`));
      }
    }
    expect(await page.innerText("#block")).toContain("name the bucket above");
    await page.fill('#block [name="bucket"]', "my-logs");
    await plan(page);
    await eventually(() => page.locator('#block a[href^="/api/block/s3-policy?"]').count()).toBe(2);
    const [policy] = await Promise.all([
      page.waitForEvent("download"),
      page.click('#block a[href^="/api/block/s3-policy?"] >> nth=0'),
    ]);
    expect(readFileSync(await policy.path(), "utf8")).toContain("arn:aws:s3:::my-logs");
  });

  test("a plan of other windows says so, and one under way ends", async () => {
    const { address } = await serve([shop]);
    const { page } = await open(address, { wait: READY });
    await plan(page);
    expect(await page.innerText("#block form")).not.toContain("plan again");
    await page.fill('[data-range="incident"]', "2026-11-04 09:00..10:00");
    await page.keyboard.press("Enter");
    await eventually(() => page.innerText("#block form")).toContain("plan again");
    let ended = 0;
    page.on("requestfailed", (request) => {
      ended += Number(request.url().includes("/api/block"));
    });
    await page.route("**/api/block?*", () => new Promise(() => {}), { times: 1 });
    await page.click("#block button[type=submit]");
    await page.locator('[data-do="stop-block"]').waitFor();
    await page.fill('[data-range="incident"]', "2026-11-04 14:00..15:00");
    await page.keyboard.press("Enter");
    await eventually(() => ended).toBe(1);
    expect(await page.locator('[data-do="stop-block"]').count()).toBe(0);
  });

  test("does not block whom the configuration spares", async () => {
    const config = path.join(folder, "spare.yaml");
    writeFileSync(config, "block: { allow: [203.0.113.7] }\n");
    const { address } = await serve([shop, "--config", config]);
    const { page } = await open(address, { wait: READY });
    await page.selectOption('#block [name="over"]', "all");
    await plan(page);
    expect(await page.locator("#block tbody th:text-is('203.0.113.7')").count()).toBe(0);
    expect(await page.innerText("#block")).toContain("Spared");
  });

  test("reasons out of a log are text", async () => {
    const site = new Shop(7);
    const lines = logOf([...site.ordinary(), ...site.subnet()])
      .split("\n")
      .map((line) => line.replaceAll("Mozilla/5.0", "<img src=x onerror=window.hit=1>Mozilla/5.0"));
    const file = path.join(folder, "hostile-block.log");
    writeFileSync(file, lines.join("\n"));
    const { address } = await serve([file]);
    const { page, faults } = await open(address, { wait: ".verdict" });
    await page.fill('[name="where"]', "client_ip=203.0.100.0/24");
    await page.keyboard.press("Enter");
    await page.locator(".chip").waitFor();
    await page.selectOption('#block [name="over"]', "all");
    await plan(page);
    expect(await page.locator("#block tbody th").count()).toBeGreaterThan(0);
    expect(await page.evaluate("window.hit")).toBeUndefined();
    expect(faults).toEqual([]);
  });

  test("what is no question or no target is refused", async () => {
    const { origin, enter } = await serve([shop]);
    const headers = { Cookie: await enter() };
    const status = async (asked: string): Promise<number> =>
      (await fetch(`${origin}/api/${asked}`, { headers })).status;
    expect(await status("block?target=0")).toBe(400);
    expect(await status("block?target=many")).toBe(400);
    expect(await status("block?by=visits")).toBe(400);
    expect(await status("block?from=5&until=1")).toBe(400);
    expect(await status("block?from=5")).toBe(400);
    expect(await status("block/sendmail?target=80")).toBe(404);
    expect(await status("block/s3-policy?target=80")).toBe(400);
    expect(await status("block/s3-policy?target=80&bucket=..%2F..")).toBe(400);
    // The log it was planned on is gone.
    expect(await status("block/nginx?target=80&v=99")).toBe(400);
    expect(await status("block/nginx?target=80&v=1")).toBe(200);
    expect((await fetch(`${origin}/api/block/nginx?target=80`)).status).toBe(401);
    expect((await fetch(`${origin}/api/alerts`)).status).toBe(401);
  });
});

describeServer("both panels", program, "chromium", () => {
  test.runIf(pictures)("pictures for the documentation", async () => {
    mkdirSync("docs/pictures", { recursive: true });
    const file = log("access.log", busy());
    const flags = await checked(
      "culprit",
      file,
      "name: heavy-client, measure: requests, by: client_ip, above: 100",
    );
    const { address } = await serve([path.basename(file), ...flags]);
    const viewport = { width: 1440, height: 6000 };
    const { page } = await open(address, { wait: READY, viewport });
    await eventually(() => page.innerText("#alerts")).toContain("1 alert fires");
    await page.selectOption('#block [name="over"]', "all");
    await plan(page);
    // Where a run's files lie is nobody's business.
    await page.locator("#alerts > .note code").evaluate((place) => {
      place.textContent = "/var/lib/culprit/alerts";
    });
    await eventually(() => page.innerText(".busy")).toBe("");
    const top = await page.locator("#alerts").boundingBox();
    const bottom = await page.locator("#block").boundingBox();
    if (top === null || bottom === null) throw new Error("no panels");
    const clip = {
      x: 0,
      y: top.y - 12,
      width: 1440,
      height: bottom.y + bottom.height - top.y + 24,
    };
    await page.screenshot({ path: "docs/pictures/serve-block.png", clip });
  });

  test.each([
    { colorScheme: "light", width: 1440 },
    { colorScheme: "dark", width: 1440 },
    { colorScheme: "light", width: 360 },
    { colorScheme: "dark", width: 360 },
  ] as const)("axe finds nothing, nothing is cut off: %s", async ({ colorScheme, width }) => {
    const file = log("axe.log", busy());
    const flags = await checked(
      "axe",
      file,
      "name: heavy, measure: requests, by: client_ip, above: 100",
    );
    const silence = ["alerts", "silence", "alertname=x", "--until", "4h", "--by", "anna", ...flags];
    expect((await culprit(silence)).code).toBe(0);
    const { address } = await serve([file, ...flags]);
    const viewport = { width, height: 900 };
    const { page } = await open(address, { wait: READY, colorScheme, viewport });
    await eventually(() => page.innerText("#alerts")).toContain("1 alert fires");
    await page.selectOption('#block [name="over"]', "all");
    await page.focus('#block [name="target"]');
    await page.keyboard.press("Enter");
    await page.locator("#block tbody").first().waitFor({ timeout: 60_000 });
    for (const details of await page.locator("#alerts details, #block details").all()) {
      await details.locator("summary").click();
    }
    const { violations } = await new AxeBuilder({ page })
      .include("#alerts")
      .include("#block")
      .analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
    const wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
    expect(await page.evaluate(wide)).toBe(0);
  });
});

/** The words of a command as a shell reads them: single quotes are all that culprit writes. */
const words = (command: string): string[] =>
  [...command.matchAll(/(?:'[^']*'|[^\s'])+/g)].map(([word]) => word.replaceAll("'", ""));
