import { expect, test } from "vitest";
import { culprit, jsonLines } from "../cli/culprit.js";
import { log } from "../cli/logs.js";

/* `--log-tz`: times that carry no zone are local ones, all others say what they are. */

const times: readonly [text: string, utc: string][] = [
  ["2026-07-05T09:31:02", "2026-07-05T07:31:02Z"],
  ["2026-11-05T09:31:02.25", "2026-11-05T08:31:02.25Z"],
  ["2026-11-05 09:31", "2026-11-05T08:31:00Z"],
  ["2026-11-05", "2026-11-04T23:00:00Z"],
  ["2026-11-05T09:31:02Z", "2026-11-05T09:31:02Z"],
  ["2026-11-05T09:31:02+05:30", "2026-11-05T04:01:02Z"],
  ["2026-11-05T09:31:02.5+0530", "2026-11-05T04:01:02.5Z"],
  ["2026-11-05 09:31:02+05", "2026-11-05T04:31:02Z"],
  ["2026-11-05T09:31:02.125-03", "2026-11-05T12:31:02.125Z"],
  ["1793871062", "2026-11-05T09:31:02Z"],
];

test.each(times)("in Berlin's log %s is %s", async (text, utc) => {
  const line = JSON.stringify({ time: text, client_ip: "203.0.113.9", path: "/", status: 200 });
  const file = log("zone.jsonl", [line]);
  const flags = ["--format", "jsonl", "--log-tz", "Europe/Berlin", "--jsonl"];
  const { out } = await culprit(["parse", file, ...flags]);
  const [row] = jsonLines(out) as { time: string }[];
  expect(new Date(row?.time ?? "").getTime()).toBe(new Date(utc).getTime());
});
