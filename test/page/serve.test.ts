import { AxeBuilder } from "@axe-core/playwright";
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { culprit, folder } from "../cli/culprit.js";
import { combined as line, log } from "../cli/logs.js";
import { combined, incident } from "../generators/incidents.mjs";
import { logOf, Shop } from "../generators/scrapers.mjs";
import { describeServer } from "../servers/installed.js";
import { open, program } from "./browser.js";
import { hostile, hostileLines } from "./hostile.js";
import { shop } from "./reports.js";
import { serve } from "./server.js";

const pictures = process.env["CULPRIT_SCREENSHOTS"] === "1";
const READY = "#changed .dimension";

/** The server may be busy with other tests. */
const eventually = <T>(look: () => T | Promise<T>) => expect.poll(look, { timeout: 60_000 });

const requests = (page: Page): Promise<string> => page.innerText(".top p");
const exact = (page: Page): Promise<void> =>
  eventually(() => page.innerText("#changed header")).toMatch(/exact, (?:scanned|added up)/);

describeServer("the page of a server", program, "chromium", () => {
  test("shows what the report shows, and every panel", async () => {
    const { address } = await serve([shop]);
    const { page, faults } = await open(address, { wait: READY });
    expect(page.url()).not.toContain("token");
    expect(await page.innerText(".verdict")).toContain("203.0.113.7");
    await exact(page);
    await eventually(() => page.innerText("#spikes")).toContain("1 spike");
    expect(await page.innerText("#changes")).toContain("100% of the change");
    expect(await page.innerText("#floods")).toContain("1 client flooded");
    expect(faults).toEqual([]);
  });

  test("the verdict is that of all analyses, once they have answered", async () => {
    const site = new Shop(42);
    const file = path.join(folder, "campaign.log");
    writeFileSync(file, logOf([...site.ordinary(), ...site.subnet()]));
    const { address } = await serve([file]);
    const { page } = await open(address, { wait: ".verdict" });
    await eventually(() => page.innerText(".verdict")).toContain(
      "203.0.100.0/24: distributed campaign",
    );
  });

  test("a window anywhere has the log's own numbers", async () => {
    const { address } = await serve([shop]);
    const { page } = await open(address, { wait: READY });
    await page.selectOption('[data-do="match"]', "all");
    await page.fill('[data-range="incident"]', "2026-11-04 12:00..13:00");
    await page.keyboard.press("Enter");
    await exact(page);
    expect(await page.innerText("#changed header")).toContain("exact, added up");
    const cells = page.locator(
      "#changed .dimension:has(h3:text('Client IP')) tbody tr:first-child >> nth=0",
    );
    const shown = await cells.locator("td").first().textContent();
    const client = await cells.locator(".value").first().textContent();
    const { out } = await culprit([
      "top",
      "client_ip",
      ...["--range", "2026-11-04T12:00..13:00", "-w", `client_ip=${client}`, shop, "--json"],
    ]);
    const { rows } = JSON.parse(out) as { rows: { requests: number }[] };
    expect(shown).toBe(String(rows[0]?.requests));
  });

  test("filters by a value's menu, undoes, and says it in the address", async () => {
    const { address, origin } = await serve([shop]);
    const { page, faults } = await open(address, { wait: READY });
    await page.click("#ranking-0 button.value:text('192.0.2.197')");
    await page.waitForSelector('[data-menu="only"]:focus');
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("Enter");
    await eventually(() => requests(page)).toContain("21 requests");
    expect(await page.innerText(".chip")).toContain("client_ip=192.0.2.197");
    expect(new URL(page.url()).searchParams.getAll("w")).toEqual(["client_ip=192.0.2.197"]);
    const shared = page.url();
    await page.keyboard.press("u");
    await eventually(() => requests(page)).toContain("2,418 requests");
    await page.click("#ranking-0 button.value:text('203.0.113.7')");
    await page.click('[data-menu="not"]');
    await eventually(() => requests(page)).toContain("1,718 requests");
    await page.click("[data-unfilter]");
    await eventually(() => requests(page)).toContain("2,418 requests");
    await page.goto(shared);
    await eventually(() => requests(page)).toContain("21 requests");
    expect(page.url().startsWith(origin)).toBe(true);
    expect(faults).toEqual([]);
  });

  test("takes conditions as the command line does, and refuses them in its words", async () => {
    const { address } = await serve([shop]);
    const { page } = await open(address, { wait: READY });
    await page.keyboard.press("/");
    await page.keyboard.type("status=5xx and path=/product/*");
    await page.keyboard.press("Enter");
    const { out } = await culprit([
      "report",
      shop,
      ...["-w", "status=5xx and path=/product/*", "--json"],
    ]);
    const { totals } = JSON.parse(out) as { totals: { requests: number } };
    await eventually(() => requests(page)).toContain(`${totals.requests} requests`);
    await page.fill('[name="where"]', "statsu=5xx");
    await page.keyboard.press("Enter");
    await eventually(() => page.innerText("#problem")).toContain("statsu");
    const refused = await culprit(["report", shop, "-w", "statsu=5xx"]);
    expect((await page.innerText("#problem")).trimEnd()).toBe(refused.err.trimEnd());
    expect(await requests(page)).toContain(`${totals.requests} requests`);
  });

  test("answers SQL as a table and as a file, and nothing else", async () => {
    const { address } = await serve([shop]);
    const { page } = await open(address, { wait: READY });
    const query = "SELECT status, count(*) AS n FROM requests GROUP BY 1 ORDER BY 1";
    await page.fill("#sql textarea", query);
    await page.keyboard.press("Control+Enter");
    await eventually(() => page.innerText("#sql")).toContain("rows in");
    const { out } = await culprit(["sql", query, shop, "--csv"]);
    const [, ...rows] = out.trim().split("\n");
    const cells = await page.locator("#sql tbody tr").allInnerTexts();
    expect(cells.map((row) => row.replaceAll(/\s+/g, ","))).toEqual(rows.map((row) => row.trim()));
    const [file] = await Promise.all([
      page.waitForEvent("download"),
      page.click("#sql a[download]"),
    ]);
    expect(
      readFileSync(await file.path(), "utf8")
        .trim()
        .split(/\r?\n/),
    ).toEqual(["status,n", ...rows.map((row) => row.trim())]);
    for (const refused of [
      "SELECT * FROM read_text('/etc/passwd')",
      "COPY requests TO '/tmp/stolen.csv'",
      "SET memory_limit = '1TB'",
      "ATTACH '/tmp/x.db'",
      "DROP VIEW requests",
    ]) {
      await page.fill("#sql textarea", refused);
      await page.keyboard.press("Control+Enter");
      await page.locator('#sql [role="alert"]').waitFor();
      expect(await page.innerText('#sql [role="alert"]'), refused).toMatch(/SQL|SELECT/);
    }
    // The analyses go on after a query has locked the engine.
    await page.fill('[name="where"]', "status=200");
    await page.keyboard.press("Enter");
    await eventually(() => page.innerText(".chip")).toContain("status=200");
    await exact(page);
  });

  test("says that the log has grown, and follows it", async () => {
    const file = log("follow.log", [
      line({ time: "2026-11-05T10:00:00Z" }),
      line({ time: "2026-11-05T10:05:00Z" }),
    ]);
    const { address } = await serve([file]);
    const { page, faults } = await open(address, { wait: ".verdict" });
    expect(await requests(page)).toContain("2 requests");
    appendFileSync(file, `${line({ time: "2026-11-05T10:06:00Z" })}\n`);
    await page.locator('[data-do="reload"]').waitFor();
    expect(await requests(page)).toContain("2 requests");
    await page.check('[data-do="follow"]');
    await eventually(() => requests(page)).toContain("3 requests");
    appendFileSync(file, `${line({ time: "2026-11-05T10:07:00Z" })}\n`);
    await eventually(() => requests(page)).toContain("4 requests");
    expect(faults).toEqual([]);
  });

  test("follows a store", async () => {
    const store = path.join(folder, "store");
    const first = log("one.log", [line({ time: "2026-11-05T10:00:00Z" })]);
    expect((await culprit(["ingest", first, "--store", store])).code).toBe(0);
    const { address } = await serve(["--store", store]);
    const { page } = await open(address, { wait: ".verdict" });
    expect(await requests(page)).toContain("1 requests");
    const second = log("two.log", [line({ time: "2026-11-05T11:00:00Z", ip: "192.0.2.9" })]);
    expect((await culprit(["ingest", second, "--store", store])).code).toBe(0);
    await page.locator('[data-do="reload"]').waitFor();
    await page.click('[data-do="reload"]');
    await eventually(() => requests(page)).toContain("2 requests");
  });

  test("a password lets in, a wrong one does not", async () => {
    const file = path.join(folder, "password");
    writeFileSync(file, "correct horse battery\n");
    const { address } = await serve([shop, "--password-file", file]);
    expect(address).not.toContain("token");
    const { page } = await open(address, { wait: "form" });
    await page.fill('[name="secret"]', "wrong");
    await page.keyboard.press("Enter");
    await eventually(() => page.innerText("#page")).toContain("Log in first");
    await page.fill('[name="secret"]', "correct horse battery");
    await page.keyboard.press("Enter");
    await page.waitForSelector(READY);
  });

  test("nothing that a log holds runs, loads or leaves its place", async () => {
    const file = log("hostile-live.jsonl", hostileLines());
    const { address } = await serve([file]);
    const { page, faults } = await open(address, { wait: READY });
    await eventually(() => page.locator("#spikes .empty").count()).toBe(0);
    await page.fill("#sql textarea", "SELECT DISTINCT user_agent, path, country FROM requests");
    await page.keyboard.press("Control+Enter");
    await eventually(() => page.innerText("#sql")).toContain("rows in");
    expect(await page.innerText("#sql")).toContain(hostile[3]);
    // By every hostile value, the filter finds its rows.
    for (const button of (await page.locator("#changed button.value:visible").all()).slice(0, 6)) {
      await button.click();
      await page.click('[data-menu="only"]');
      await page.locator(".chip").waitFor();
      await eventually(() => requests(page)).not.toMatch(/^0 requests|1,500 requests/);
      await page.goBack();
      await eventually(() => requests(page)).toContain("1,500 requests");
    }
    expect(await page.evaluate("window.hit")).toBeUndefined();
    expect(faults).toEqual([]);
  });

  test.each(["light", "dark"] as const)("axe finds nothing: %s", async (colorScheme) => {
    const { address } = await serve([shop]);
    const { page } = await open(address, { wait: READY, colorScheme });
    await page.fill('[name="where"]', "path!=/nothing");
    await page.keyboard.press("Enter");
    await page.locator(".chip").waitFor();
    await page.click("#sql button[type=submit]");
    await eventually(() => page.innerText("#sql")).toContain("rows in");
    await page.click("#ranking-0 button.value >> nth=0");
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
  });

  test.runIf(pictures)("pictures for the documentation", async () => {
    mkdirSync("docs/pictures", { recursive: true });
    const file = path.join(folder, "access.log");
    writeFileSync(file, combined(incident("ids below a path", 7).requests));
    const { address } = await serve([path.basename(file)]);
    const { page } = await open(address, { wait: READY, viewport: { width: 1440, height: 1000 } });
    await page.fill('[name="where"]', "status!=404");
    await page.keyboard.press("Enter");
    await page.locator(".chip").waitFor();
    await exact(page);
    await page.screenshot({ path: "docs/pictures/serve.png" });
  });
});

test.each([
  [["--listen", "0.0.0.0:0"], "password"],
  [["--listen", "[::]:0"], "password"],
  [["--listen", "localhost"], "HOST:PORT"],
  [["--listen", "127.0.0.1:99999"], "HOST:PORT"],
] as const)("%s is refused", async (flags, why) => {
  const { code, err } = await culprit(["serve", shop, ...flags]);
  expect(code).toBe(2);
  expect(err).toContain(why);
});

test("a short password is refused", async () => {
  const { code, err } = await culprit(["serve", shop, "--listen", "0.0.0.0:0"], {
    env: { CULPRIT_PASSWORD: "secret" },
  });
  expect(code).toBe(2);
  expect(err).toContain("too short");
});
