import { AxeBuilder } from "@axe-core/playwright";
import { mkdirSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Page } from "playwright-core";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { culprit, folder } from "../cli/culprit.js";
import { log } from "../cli/logs.js";
import { combined, incident } from "../generators/incidents.mjs";
import { describeServer } from "../servers/installed.js";
import { open, program } from "./browser.js";
import { hostile, hostileLines } from "./hostile.js";
import { reportOf, shop, shopReport } from "./reports.js";

/** Pictures for the documentation are made only when asked for: CULPRIT_SCREENSHOTS=1. */
const pictures = process.env["CULPRIT_SCREENSHOTS"] === "1";

const range = (page: Page, kind: string): Promise<string> =>
  page.inputValue(`[data-range="${kind}"]`);

const firstClient = (page: Page): Promise<string> =>
  page.innerText("#changed .dimension:has(h3:text('Client IP')) tbody tr:first-child");

describeServer("the page of a report", program, "chromium", () => {
  test("leads with the verdict and explains the incident", async () => {
    const { page, faults } = await open(await shopReport());
    expect(await page.innerText(".verdict")).toContain("203.0.113.7");
    expect(await range(page, "incident")).toBe("2026-11-05 03:00..05:00");
    expect(await range(page, "baseline")).toBe("2026-11-03 03:00..2026-11-04 05:00");
    expect(await firstClient(page)).toMatch(/203\.0\.113\.7[^]*350[^]*new/);
    expect(await page.innerText("#changes")).toContain("100% of the change");
    expect(await page.innerText("#completeness")).toContain(
      "2,419 lines = 2,418 parsed + 1 rejected + 0 blank",
    );
    expect(await page.innerText("#completeness")).toMatch(/SHA-256 [0-9a-f]{64}/);
    expect(await page.innerText("#method")).toContain("--html");
    expect(faults).toEqual([]);
  });

  test("says the same without any script", async () => {
    const address = await shopReport();
    const { page } = await open(address, { javaScriptEnabled: false });
    for (const [panel, text] of [
      [".verdict", "203.0.113.7"],
      ["#changed", "python-requests/2.32.3"],
      ["#heatmap", "203.0.113.7"],
      ["#ranking-1", "Gini 0.71"],
      ["#scrapers", "Nobody looks like a scraper"],
      ["#floods", "1 client flooded"],
    ] as const) {
      expect(await page.innerText(panel)).toContain(text);
    }
    expect(await page.locator(".grip:visible, .js-only:visible").count()).toBe(0);
  });

  test("windows move by mouse: an edge, the whole, a new one, another baseline", async () => {
    const { page, faults } = await open(await shopReport());
    const plot = await page.locator("[data-plot]").boundingBox();
    if (plot === null) throw new Error("no plot");
    const drag = async (from: number, to: number, y: number): Promise<void> => {
      await page.mouse.move(plot.x + plot.width * from, plot.y + plot.height * y);
      await page.mouse.down();
      await page.mouse.move(plot.x + (plot.width * (from + to)) / 2, plot.y + plot.height * y);
      await page.mouse.move(plot.x + plot.width * to, plot.y + plot.height * y);
      await page.mouse.up();
    };
    await drag(0.5, 0.6, 0.2);
    const drawn = await range(page, "incident");
    expect(drawn).toMatch(/^2026-11-04 1[01]:\d0\.\.1[789]:\d0$/);
    expect(await firstClient(page)).not.toContain("203.0.113.7");
    // Its right edge.
    await drag(0.6, 0.65, 0.75);
    expect(await range(page, "incident")).toMatch(/^2026-11-04 1[01]:\d0\.\.2[012]:\d0$/);
    await page.keyboard.down("Alt");
    await drag(0.1, 0.2, 0.2);
    await page.keyboard.up("Alt");
    expect(await range(page, "baseline")).toMatch(/^2026-11-03 0[67]:/);
    await page.click('[data-do="auto"]');
    expect(await range(page, "incident")).toBe("2026-11-05 03:00..05:00");
    // The view stands in the address: going back undoes.
    await page.keyboard.press("u");
    await expect
      .poll(() => range(page, "baseline"), { timeout: 10_000 })
      .toMatch(/^2026-11-03 0[67]:/);
    expect(faults).toEqual([]);
  });

  test("windows move by keyboard, and say where they are", async () => {
    const { page } = await open(await shopReport());
    const edge = page.getByRole("slider", { name: "incident begins" });
    await edge.focus();
    await page.keyboard.press("ArrowRight");
    expect(await edge.getAttribute("aria-valuetext")).toBe("2026-11-05 03:10 UTC");
    await page.keyboard.press("Shift+ArrowLeft");
    expect(await range(page, "incident")).toBe("2026-11-05 01:30..05:00");
    await page.keyboard.press("PageUp");
    expect(await range(page, "incident")).toBe("2026-11-05 02:30..05:00");
    await page.keyboard.press("End");
    expect(await range(page, "incident")).toBe("2026-11-05 04:50..05:00");
    await page.keyboard.press("Home");
    expect(await range(page, "incident")).toBe("2026-11-03 00:00..2026-11-05 05:00");
    expect(await page.innerText('[role="status"]')).toContain("incident 2026-11-03 00:00");
    await page.getByRole("button", { name: /^Move the baseline/ }).focus();
    await page.keyboard.press("ArrowRight");
    expect(await range(page, "baseline")).toBe("2026-11-03 03:10..2026-11-04 05:10");
  });

  test.each([
    ["2026-11-04 10:00..16:00", "2026-11-04 10:00..16:00", "false"],
    ["2026-11-04", "2026-11-04 00:00..2026-11-05 00:00", "false"],
    ["2026-11-04 22:00..2026-11-05 02:00", "2026-11-04 22:00..2026-11-05 02:00", "false"],
    ["2026-11-04 10:04..10:11", "2026-11-04 10:00..10:10", "false"],
    ["2020-01-01", "2020-01-01", "true"],
    ["<script>", "<script>", "true"],
  ])("windows are typed: %s", async (typed, shown, invalid) => {
    const { page, faults } = await open(await shopReport());
    await page.fill('[data-range="incident"]', typed);
    await page.keyboard.press("Enter");
    expect(await range(page, "incident")).toBe(shown);
    expect(await page.getAttribute('[data-range="incident"]', "aria-invalid")).toBe(invalid);
    expect(faults).toEqual([]);
  });

  test("the address of a view opens the same view", async () => {
    const address = await shopReport();
    const first = await open(address);
    await first.page.fill('[data-range="incident"]', "2026-11-04 10:00..16:00");
    await first.page.keyboard.press("Enter");
    await first.page.selectOption('[data-do="measure"]', "bytes");
    const second = await open(first.page.url());
    expect(await range(second.page, "incident")).toBe("2026-11-04 10:00..16:00");
    expect(await second.page.innerText("#timeline h2")).toBe("Bytes per 10 min");
  });

  test("numbers of a moved window are those of the log", async () => {
    const { page } = await open(await shopReport());
    await page.fill('[data-range="incident"]', "2026-11-04 12:00..13:00");
    await page.keyboard.press("Enter");
    await page.selectOption('[data-do="match"]', "all");
    const cells = page.locator("#changed .dimension:has(h3:text('Status')) tr:has-text('200') td");
    const [text] = await cells.allTextContents();
    const { out } = await culprit([
      "sql",
      "SELECT count(*) AS n FROM requests WHERE status = 200 AND time >= '2026-11-04 12:00' AND time < '2026-11-04 13:00'",
      shop,
      "--json",
    ]);
    const [row] = (JSON.parse(out) as { rows: { n: number }[] }).rows;
    expect(text).toBe(String(row?.n));
  });

  test("nothing that a log holds runs, loads or leaves its place", async () => {
    const file = log("hostile.jsonl", [...hostileLines(), "<script>window.hit=99</script>"]);
    const { page, faults } = await open(await reportOf("hostile", [file]));
    for (const summary of await page.locator("summary").all()) {
      if (await summary.isVisible()) await summary.click();
    }
    await page.selectOption('[data-do="measure"]', "errors");
    await page.keyboard.press("a");
    expect(await page.evaluate("window.hit")).toBeUndefined();
    expect(faults).toEqual([]);
    expect(
      await page.locator("#page script, #page iframe, #page img, #page base, #page link").count(),
    ).toBe(0);
    const shown = await page.innerText("#page");
    expect(shown).toContain(hostile[0]);
    expect(shown).not.toMatch(/[\u202A-\u202E\u0007\u001b]/);
  });

  test("an injected script is refused by the page's own policy", async () => {
    const { page } = await open(await shopReport());
    const ran = await page.evaluate(`(() => {
      const script = document.createElement("script");
      script.textContent = "window.hit = 1";
      document.body.append(script);
      return window.hit;
    })()`);
    expect(ran).toBeUndefined();
  });

  test.each([
    { colorScheme: "light", width: 1440 },
    { colorScheme: "dark", width: 1440 },
    { colorScheme: "light", width: 360 },
    { colorScheme: "dark", width: 360 },
  ] as const)("axe finds nothing: $colorScheme, $width", async ({ colorScheme, width }) => {
    const file = log(
      "axe.log",
      combined(incident("client and path", 3).requests).trimEnd().split("\n"),
    );
    const address = await reportOf(`axe-${colorScheme}-${width}`, [file]);
    const { page } = await open(address, { colorScheme, viewport: { width, height: 900 } });
    for (const summary of await page.locator("summary").all()) {
      if (await summary.isVisible()) await summary.click();
    }
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
  });

  test.each([360, 480, 800, 1024, 1440, 1920, 2560])(
    "nothing is wider than a screen of %d pixels",
    async (width) => {
      const lines = [
        ...combined(incident("new client", 2).requests).trimEnd().split("\n"),
        {
          ip: "2001:db8:1234:5678:9abc:def0:1234:5678",
          target: `/${"x".repeat(600)}`,
          agent: "y".repeat(900),
        },
      ];
      const address = await reportOf(`width-${width}`, [log(`width-${width}.log`, lines)]);
      const { page } = await open(address, { viewport: { width, height: 900 } });
      const widest = await page.evaluate<number>("document.documentElement.scrollWidth");
      expect(widest).toBeLessThanOrEqual(width);
      // An address is never cut.
      const cut = await page.evaluate<number>(`[...document.querySelectorAll(".clients .value")]
        .filter((one) => one.scrollWidth > one.parentElement.clientWidth + 1).length`);
      expect(cut).toBe(0);
    },
  );

  test("forced colours keep every sign of the two times", async () => {
    const address = await shopReport();
    const { page } = await open(address, { forcedColors: "active" });
    const border = (selector: string): Promise<string> =>
      page.evaluate(`getComputedStyle(document.querySelector("${selector}")).borderTopStyle`);
    expect(await border(".box.incident")).toBe("solid");
    expect(await border(".box.baseline")).toBe("dashed");
    expect(await border(".key.incident i")).toBe("solid");
  });

  test("reduced motion moves nothing", async () => {
    const address = await shopReport();
    const { page } = await open(address, { reducedMotion: "reduce" });
    const moving = await page.evaluate(`[...document.querySelectorAll("*")].filter((one) => {
      const { transitionDuration, animationName } = getComputedStyle(one);
      return /[1-9]/.test(transitionDuration) || animationName !== "none";
    }).length`);
    expect(moving).toBe(0);
  });

  test("colours are chosen, and kept", async () => {
    const { page } = await open(await shopReport(), { colorScheme: "light" });
    const ground = (): Promise<string> =>
      page.evaluate("getComputedStyle(document.documentElement).backgroundColor");
    const light = await ground();
    await page.selectOption('[data-do="theme"]', "dark");
    const dark = await ground();
    expect(dark).not.toBe(light);
    await page.reload();
    await page.waitForSelector("html.js");
    expect(await ground()).toBe(dark);
  });

  test("prints on paper, without what can only be clicked", async () => {
    const { page } = await open(await shopReport(), { colorScheme: "dark" });
    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    expect(await page.locator(".js-only:visible, .grip:visible").count()).toBe(0);
    const pdf = await page.pdf({ format: "A4", printBackground: true });
    expect(pdf.subarray(0, 5).toString()).toBe("%PDF-");
    expect(pdf.toString("latin1").match(/\/Type\s*\/Page\b/g)?.length).toBeGreaterThan(1);
  });

  test.runIf(pictures)("pictures for the documentation", async () => {
    mkdirSync("docs/pictures", { recursive: true });
    const file = path.join(folder, "access.log");
    writeFileSync(file, combined(incident("ids below a path", 7).requests));
    const address = await reportOf("picture", [path.basename(file)]);
    for (const colorScheme of ["light", "dark"] as const) {
      const { page } = await open(address, {
        colorScheme,
        viewport: { width: 1440, height: 1500 },
      });
      await page.screenshot({ path: `docs/pictures/report-${colorScheme}.png` });
    }
  });
});

test("a report that would be too large holds less, or is refused with the mend", async () => {
  const file = log("large.log", combined(incident("botnet", 4).requests).trimEnd().split("\n"));
  const sizes = await Promise.all(
    ["5MB", "600KB"].map(
      async (size) =>
        statSync(fileURLToPath(await reportOf(`size-${size}`, [file], ["--max-size", size]))).size,
    ),
  );
  expect(sizes[1]).toBeLessThan(600 * 1024);
  const { code, err } = await culprit([
    "report",
    file,
    "--html",
    "small.html",
    "--max-size",
    "50KB",
  ]);
  expect(code).toBe(2);
  expect(err).toMatch(/more than --max-size 50KB[^]*Allow more/);
});

test.each([
  ["an empty log", []],
  ["one line", [{}]],
  ["a log without a line that can be read, but for one", ["nonsense", {}]],
] as const)("%s makes a page", async (name, lines) => {
  const file = log(`${name.replaceAll(/\W/g, "-")}.log`, lines);
  const flags = lines.length === 0 ? ["--format", "combined"] : [];
  expect(await reportOf(name.replaceAll(/\W/g, "-"), [file], flags)).toMatch(/^file:/);
});

test("the report's file may not be the log", async () => {
  const file = log("same.log", [{}]);
  const { code, err } = await culprit(["report", file, "--html", file]);
  expect(code).toBe(2);
  expect(err).toContain("same.log");
});
