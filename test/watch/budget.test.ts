import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { culprit } from "../cli/culprit.js";
import { s3Log, transfer } from "../generators/transfer.mjs";
import { startReceiver } from "./receiver.js";

/* A rule on the month's bill: each mark of the budget, and the forecast, is told once a month. */

interface Alert {
  status: string;
  labels: Record<string, string>;
  annotations: { summary: string };
}

test("half the budget, most of it, all of it and the forecast are told once each", async () => {
  const cwd = mkdtempSync(path.join(tmpdir(), "culprit-budget-rule-"));
  onTestFinished(() => rmSync(cwd, { recursive: true, force: true }));
  // About 10 GB a day from July to the middle of November.
  writeFileSync(path.join(cwd, "s3.log"), s3Log(transfer("2026-07-01", 137, 10)));
  const { url, received } = await startReceiver();
  writeFileSync(
    path.join(cwd, "culprit.yaml"),
    `sources: s3.log
channels: { hook: { type: webhook, url_env: HOOK } }
rules:
  - { name: bill, measure: budget, above: 230GB }
`,
  );
  const check = async (at: string): Promise<string[]> => {
    const before = received.length;
    const args = ["check", "--state", "state", "--at", at];
    await culprit(args, { cwd, env: { HOOK: url } });
    const alerts = received
      .slice(before)
      .flatMap(({ body }) => (body as { alerts: Alert[] }).alerts);
    return alerts
      .map(({ status, labels }) => `${status} ${labels["month"] ?? ""} ${labels["budget"] ?? ""}`)
      .toSorted();
  };
  expect(await check("2026-11-05T00:00Z")).toEqual(["firing 2026-11 forecast"]);
  expect(await check("2026-11-14T00:00Z")).toEqual(["firing 2026-11 50% spent"]);
  expect(await check("2026-11-14T00:00Z")).toEqual([]);
  const { out } = await culprit(
    ["check", "--wide", "--dry-run", "--state", "state", "--at", "2026-11-14T00:00Z"],
    { cwd },
  );
  expect(out).toMatch(
    /firing bill: 56\.\d% of the budget is spent\. At this pace 2026-11 comes to 293 GB, likely .* of 230 GB\./,
  );
});

test.each([
  ["measure: budget", "of budget takes one condition"],
  ["measure: budget, times_average: 3", "of budget takes one condition"],
  ["measure: requests, above: 3, prices: p.json", "goes with the measure budget only"],
])("%s is refused", async (rule, said) => {
  const cwd = mkdtempSync(path.join(tmpdir(), "culprit-budget-rule-"));
  onTestFinished(() => rmSync(cwd, { recursive: true, force: true }));
  writeFileSync(path.join(cwd, "culprit.yaml"), `rules:\n  - { name: a, ${rule} }\n`);
  const { code, err } = await culprit(["config", "check"], { cwd });
  expect(code).toBe(2);
  expect(err).toContain(said);
});
