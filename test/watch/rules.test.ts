import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { culprit, type Result } from "../cli/culprit.js";
import { clfTime } from "../store/stores.js";
import { startReceiver } from "./receiver.js";

/* Rules as people write them: what is refused, with the line and the mend, and what they say of a log. */

function folderWith(files: Record<string, string>): string {
  const folder = mkdtempSync(path.join(tmpdir(), "culprit-rules-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
  return folder;
}

const refused: [what: string, rule: string, key: string, said: string][] = [
  ["an unknown setting", "measure: requests, abov: 3", "abov", "Did you mean above?"],
  ["a measure that is none", "measure: visits, above: 3", "measure", "measure"],
  ["no condition", "measure: requests", "name", "needs a condition"],
  ["no measure", "above: 3", "name", "needs either a measure or cloudwatch"],
  ["an amount that is none", "measure: requests, above: 3 apples", "above", "100GB or 5%"],
  ["a length that is none", "measure: requests, above: 3, for: soon", "for", "10m, 1h or 1d"],
  [
    "the dimension of storage metrics",
    "cloudwatch: { bucket: b, StorageType: StandardStorage }, above: 3",
    "StorageType",
    "StorageType is a dimension of the daily storage metrics",
  ],
  ["a channel that is none", "measure: requests, above: 3, channels: ops", "channels", "names ops"],
  ["a condition on a verdict", "measure: floods, above: 3", "above", "judge by themselves"],
  ["a season of minutes", "measure: requests, unusual: true, step: 10m", "step", "must be 1h"],
];

test.each(refused)("%s is refused with its line", async (_what, rule, key, said) => {
  const line = `  - { ${rule}, name: a }`;
  const text = `sources: access.log\nrules:\n${line}\n`;
  const cwd = folderWith({ "culprit.yaml": text });
  const { code, err } = await culprit(["config", "check"], { cwd });
  expect(code).toBe(2);
  expect(err).toContain(`culprit.yaml:3:${line.indexOf(key) + 1}\n`);
  expect(err).toContain(said);
});

const START = Date.parse("2026-11-05T00:00:00Z") / 1000;

/** A day of a request a minute; one client asks for much in the ninth hour, with errors. */
function day(): string {
  const lines: [number, string][] = [];
  for (let minute = 0; minute < 24 * 60; minute++) {
    lines.push([minute * 60, `192.0.2.${minute % 40} ok 200 1000`]);
  }
  for (let at = 0; at < 600; at++) lines.push([9 * 3600 + at * 6, "203.0.113.9 dump 503 90000"]);
  return lines
    .toSorted(([a], [b]) => a - b)
    .map(([at, line]) => {
      const [client = "", page = "", status = "", bytes = ""] = line.split(" ");
      return `${client} - - [${clfTime(START + at)}] "GET /${page}/${at} HTTP/1.1" ${status} ${bytes} "-" "x"\n`;
    })
    .join("");
}

const rules: [rule: string, said: string][] = [
  ["measure: requests, above: 500", "firing a: requests: 660 in 1 h; the limit is 500"],
  ["measure: requests, above: 700", "ok a: requests: 660 in 1 h"],
  [
    "measure: requests, below: 100, where: path=/ok/*",
    "firing a: requests: 60 in 1 h; at least 100",
  ],
  [
    "measure: bytes_sent, above: 50MB",
    "firing a: bytes_sent: 51.6 MiB in 1 h; the limit is 50 MiB",
  ],
  ["measure: bytes_sent, above: 52MB, window: 4h", "ok a: bytes_sent: 51.7 MiB in 4 h"],
  ["measure: errors, above: 599", "firing a: errors: 600 in 1 h"],
  [
    "measure: server_error_rate, above: 90%",
    "firing a: server_error_rate: 90.9% in 1 h; the limit is 90.0%",
  ],
  ["measure: requests, by: client_ip, above: 100", "firing a: requests of 203.0.113.9: 600 in 1 h"],
  ["measure: requests, above: 500, for: 2h", "pending a: requests: 660 in 1 h"],
  ["measure: requests, times_average: 3", "unknown a: requests: 660 in 1 h; too few days"],
  ["measure: requests, times_average: 3, above: 500, match: any", "firing a: requests: 660 in 1 h"],
  ["measure: floods", "firing a: 203.0.113.9: sudden: 600 requests in 1 h"],
  ["measure: silence, above: 3600", "ok a: no line of a log for 0 min"],
];

test.each(rules)("%s", async (rule, said) => {
  const cwd = folderWith({
    "access.log": day(),
    "culprit.yaml": `sources: access.log\nrules:\n  - { name: a, ${rule} }\n`,
  });
  const args = ["check", "--wide", "--dry-run", "--at", "2026-11-05T10:00"];
  const { out, err } = await culprit(args, { cwd });
  expect(err).toBe("");
  expect(out).toContain(said);
});

test("logs that ended are no drop: what is not known is not judged", async () => {
  const cwd = folderWith({
    "access.log": day(),
    "culprit.yaml":
      "sources: access.log\nrules:\n  - { name: low, measure: requests, below: 30 }\n  - { name: gone, measure: silence, above: 3600 }\n",
    "state.txt": "",
  });
  const run = (...args: string[]): Promise<Result> =>
    culprit(["check", "--wide", "--state", "state", ...args], { cwd });
  const later = await run("--at", "2026-11-06T12:00");
  expect(later.out).toContain("firing gone: no line of a log for 721 min");
  expect(later.out).toContain("ok low: requests: 60 in 1 h");
  expect(later.code).toBe(1);
});

test("hostile names of a log are shown, and begin no line of their own", async () => {
  const line = (at: number): string =>
    `192.0.2.1 - - [${clfTime(START + at)}] "GET /x HTTP/1.1" 200 5 "-" "<!channel>\x1b[2J|evil"\n`;
  const cwd = folderWith({
    "access.log": Array.from({ length: 90 }, (_, at) => line(at * 60)).join(""),
    "culprit.yaml":
      "sources: access.log\nrules:\n  - { name: a, measure: requests, by: user_agent, above: 10 }\n",
  });
  const args = ["check", "--dry-run", "--at", "2026-11-05T01:00"];
  const shown = await culprit([...args, "--wide"], { cwd });
  expect(shown.out).toContain("requests of <!channel>\\x1B[2J|evil: 60 in 1 h");
  const { out, code } = await culprit([...args, "--nagios"], { cwd });
  expect(out.split("|")).toHaveLength(2);
  expect(code).toBe(1);
});

test("a channel that fails at first is tried again in the same run, and what it says is no secret", async () => {
  const { url, received } = await startReceiver([
    { status: 503, body: "busy" },
    { status: 429, headers: { "retry-after": "1" } },
    { status: 200, body: "ok" },
  ]);
  const cwd = folderWith({
    "access.log": day(),
    "culprit.yaml":
      "sources: access.log\nchannels: { ops: { type: slack, url_env: HOOK } }\nrules:\n  - { name: a, measure: requests, above: 500 }\n",
  });
  const run = (): Promise<Result> =>
    culprit(["check", "--state", "state", "--at", "2026-11-05T10:00"], {
      cwd,
      env: { HOOK: `${url}/kNrfXzq81` },
    });
  expect(await run()).toMatchObject({ code: 1, err: "" });
  expect(received).toHaveLength(3);
  expect(new Set(received.map(({ body }) => JSON.stringify(body))).size).toBe(1);
  expect(await run()).toMatchObject({ code: 1, err: "" });
  expect(received).toHaveLength(3);
});

test("a channel that refuses for good is told, kept, and not asked again", async () => {
  const { url, received } = await startReceiver([{ status: 404, body: "no_service" }]);
  const cwd = folderWith({
    "access.log": day(),
    "culprit.yaml":
      "sources: access.log\nchannels: { ops: { type: slack, url_env: HOOK } }\nrules:\n  - { name: a, measure: requests, above: 500 }\n",
  });
  const env = { HOOK: `${url}/kNrfXzq81` };
  const args = ["--state", "state"];
  const first = await culprit(["check", "--at", "2026-11-05T10:00", ...args], { cwd, env });
  expect(first.code).toBe(1);
  expect(first.err).toBe("culprit: a was refused (ops): HTTP 404 no_service\n");
  const second = await culprit(["check", "--at", "2026-11-05T10:00", ...args], { cwd, env });
  expect(second).toMatchObject({ code: 1, err: "" });
  expect(received).toHaveLength(1);
  const { out } = await culprit(["alerts", "list", ...args], { cwd, env });
  expect(out).toContain("refused a for ops, 1 attempts: HTTP 404 no_service");
});

test("silences: nobody is told until they end, which list shows", async () => {
  const { url, received } = await startReceiver();
  const cwd = folderWith({
    "access.log": day(),
    "culprit.yaml":
      "sources: access.log\nchannels: { ops: { type: webhook, url_env: HOOK } }\nrules:\n  - { name: a, measure: requests, above: 50 }\n",
  });
  const env = { HOOK: url };
  const run = (...args: string[]): Promise<Result> =>
    culprit([...args, "--state", "state"], { cwd, env });
  const made = await run("alerts", "silence", "alertname=a", "--until", "4h", "--by", "anna");
  expect(made.out).toMatch(/^silenced \w+ alertname=a until 2026-11-05 16:00 UTC by anna\n$/);
  expect((await run("check", "--at", "2026-11-05T08:00")).code).toBe(1);
  expect(received).toHaveLength(0);
  const id = made.out.split(" ")[1] ?? "";
  expect((await run("alerts", "unsilence", id)).code).toBe(0);
  expect((await run("check", "--at", "2026-11-05T09:00")).code).toBe(1);
  expect(received.map(({ body }) => String(body.status))).toEqual(["firing"]);
});
