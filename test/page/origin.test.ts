import path from "node:path";
import { AxeBuilder } from "@axe-core/playwright";
import { expect, test } from "vitest";
import { culprit, folder } from "../cli/culprit.js";
import { log } from "../cli/logs.js";
import { describeServer } from "../servers/installed.js";
import { clfTime } from "../store/stores.js";
import { open, program } from "./browser.js";
import { reportOf, shop } from "./reports.js";
import { serve } from "./server.js";

/* The page of rows that `culprit stitch` joined: what the front's misses cost behind. */

const START = Date.parse("2026-11-05T10:00:00Z") / 1000;

/** One client in three misses Squid, and one of them takes most of Apache's time. */
async function joined(): Promise<string> {
  const front: string[] = [];
  const back: string[] = [];
  for (let at = 0; at < 300; at++) {
    const isMiss = at % 3 === 0;
    const client = at % 30 === 0 ? "203.0.113.7" : `192.0.2.${at % 20}`;
    const took = at % 30 === 0 ? 2000 : 50;
    const end = START + at * 5 + took / 1000;
    const hierarchy = isMiss ? "HIER_DIRECT/10.0.0.5" : "HIER_NONE/-";
    const result = isMiss ? "TCP_MISS" : "TCP_HIT";
    front.push(
      `${end.toFixed(3)} ${took} ${client} ${result}/200 5000 GET http://shop.example/page/${at} - ${hierarchy} text/html`,
    );
    if (!isMiss) continue;
    back.push(
      `10.0.0.9 ${(took - 10) * 1000} - - [${clfTime(START + at * 5)}] "GET /page/${at} HTTP/1.1" 200 4800`,
    );
  }
  const rows = path.join(folder, "joined.parquet");
  const { code, err } = await culprit([
    "stitch",
    ...[log("squid.log", front), log("apache.log", back), "-o", rows],
    ...["--back-log-format", '%h %D %l %u %t "%r" %>s %b'],
  ]);
  if (code !== 0) throw new Error(err);
  return rows;
}

describeServer("what misses cost behind", program, "chromium", () => {
  test("a report and the live page say what stitch says", async () => {
    const rows = await joined();
    const { page, faults } = await open(await reportOf("joined", [rows]));
    const shown = await page.innerText("#origin");
    expect(shown).toContain("answered 100 of 300 requests (33.3%)");
    const cells = await page.locator("#origin tbody tr").first().locator("th, td").allInnerTexts();
    // Ten requests, each of 1.99 s behind.
    expect(cells.slice(0, 4)).toEqual(["203.0.113.7", "10", "10 (100%)", "19.9 s"]);
    const { violations } = await new AxeBuilder({ page }).include("#origin").analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
    expect(faults).toEqual([]);

    const { address } = await serve([rows]);
    const live = await open(address, { wait: "#origin tbody" });
    expect(await live.page.innerText("#origin .headline")).toBe(
      await page.innerText("#origin .headline"),
    );
    await live.page.click("#origin button.value:text('203.0.113.7')");
    await live.page.click('[data-menu="only"]');
    await expect
      .poll(() => live.page.innerText("#origin .headline"), { timeout: 60_000 })
      .toContain("answered 10 of 10 requests");
    expect(live.faults).toEqual([]);
  });

  test("is not there for a log of one server", async () => {
    const { page } = await open(await reportOf("alone", [shop]));
    expect(await page.locator("#origin").count()).toBe(0);
  });
});
