import { randomUUID } from "node:crypto";
import type { Notification } from "../../alerts/alert.js";
import type { Silence, State } from "../../alerts/state.js";
import { terminalText } from "../../outputs/escape.js";
import type { Value } from "../../outputs/values.js";
import { Exit, Problem, type ExitCode } from "../../problems/problem.js";
import { alertingOf, Channels, type AlertFlags, type Alerting } from "../alerting.js";
import type { Command } from "../command.js";
import { alertFlags, outputFlags } from "../flags.js";
import type { Io } from "../io.js";
import { documentOrText, writeDocument, writeText, type OutputFlags } from "../output.js";
import { badFlag } from "../parse-flags.js";
import { parseInstant, resolveInstant } from "../time-range.js";
import { parseSpan } from "../time-span.js";
import { TRANSFER } from "../transfer.js";

interface Flags extends AlertFlags, OutputFlags {
  readonly channel?: string;
  readonly until?: string;
  readonly by?: string;
  readonly comment?: string;
}

type Action = (rest: readonly string[], flags: Flags, io: Io) => Promise<ExitCode>;

export const alertsCommand: Command<Flags> = {
  name: "alerts",
  about: "alerts: list them, try the channels, silence some until a time",
  usage: "<action> [what...]",
  flags: [
    {
      flags: "--channel <name>",
      group: "This command",
      about: "test: only this channel; default: all",
    },
    {
      flags: "--until <time>",
      group: "This command",
      about: "silence: when it ends, such as 2026-11-06T08:00 or 4h",
    },
    { flags: "--by <name>", group: "This command", about: "silence: who says so" },
    { flags: "--comment <text>", group: "This command", about: "silence: why" },
    ...alertFlags,
    ...outputFlags.filter(({ flags }) => !/jsonl|csv/.test(flags)),
  ],
  examples: [
    ["culprit alerts list", "what fires, what waits to be told, what is silenced"],
    ["culprit alerts test --channel ops", "sends a message that says it is a test"],
    [
      "culprit alerts silence alertname=transfer --until 4h --by anna --comment 'the move'",
      "nobody is told of it for four hours",
    ],
    ["culprit alerts unsilence 5b1f", "ends a silence by the beginning of its id"],
  ],
  async run([action = "", ...rest], flags, io) {
    const run = Object.hasOwn(actions, action) ? actions[action] : undefined;
    if (run === undefined) throw unknown(action);
    return run(rest, flags, io);
  },
};

/** Without a configuration, the rule transfer is all there is. */
async function alerting(flags: Flags, io: Io): Promise<Alerting> {
  const hasBucket = (io.env["S3_BUCKET_NAME"] ?? "") !== "";
  const found = await alertingOf([], flags, io);
  const isBare = found.rules.length === 0 && hasBucket;
  return isBare ? alertingOf([TRANSFER], flags, io) : found;
}

const actions: Record<string, Action> = {
  async list(_rest, flags, io) {
    const { state: folder } = await alerting(flags, io);
    const state = await folder.read();
    const silences = await folder.silences();
    const now = io.now();
    const current = silences.filter(({ until }) => Date.parse(until) > now.getTime());
    if (documentOrText(flags) === "json")
      await writeDocument(documentOf(state, current), flags, io);
    else await writeText(listLines(state, current), flags, io);
    return Exit.ok;
  },

  async test(_rest, flags, io) {
    const found = await alerting(flags, io);
    const names = flags.channel === undefined ? Object.keys(found.channels) : [flags.channel];
    if (names.length === 0 || names.some((name) => !Object.hasOwn(found.channels, name))) {
      throw noChannel(flags.channel, Object.keys(found.channels));
    }
    const channels = new Channels(found, io);
    const lines: string[] = [];
    let failed = false;
    for (const name of names) {
      await channels.of(name);
      const delivery = await channels.send(testMessage(name, io.now()));
      failed ||= delivery.outcome !== "delivered";
      const words =
        delivery.outcome === "delivered"
          ? "delivered"
          : `${delivery.outcome === "retry" ? "failed, would be tried again" : "refused"}: ${delivery.reason}`;
      lines.push(terminalText(`${name}: ${words}`));
    }
    await writeText(lines, flags, io);
    return failed ? Exit.input : Exit.ok;
  },

  async silence(rest, flags, io) {
    const { state: folder } = await alerting(flags, io);
    const silence = silenceOf(rest, flags, io);
    const now = io.now().getTime();
    const kept = (await folder.silences()).filter(({ until }) => Date.parse(until) > now);
    await folder.saveSilences([...kept, silence]);
    await writeText([silenceLine(silence)], flags, io);
    return Exit.ok;
  },

  async unsilence([id = ""], flags, io) {
    const { state: folder } = await alerting(flags, io);
    const all = await folder.silences();
    const meant = all.filter((one) => id !== "" && one.id.startsWith(id));
    const [only] = meant;
    if (only === undefined || meant.length > 1) {
      throw badFlag(
        "unsilence",
        id,
        meant.length > 1 ? "Several silences begin so" : "No silence has this id",
      );
    }
    await folder.saveSilences(all.filter((one) => one !== only));
    await writeText([`ended: ${silenceLine(only)}`], flags, io);
    return Exit.ok;
  },
};

function silenceOf(rest: readonly string[], flags: Flags, io: Io): Silence {
  const { until, by, comment = "" } = flags;
  if (rest.length === 0) {
    throw badFlag("silence", "", "Name what is silenced: alertname=transfer site=shop");
  }
  if (until === undefined || by === undefined) {
    throw badFlag(
      "silence",
      rest.join(" "),
      "A silence has an end and an author: --until 4h --by anna",
    );
  }
  const pairs = rest.map((text) => {
    const at = text.indexOf("=");
    if (at < 1) throw badFlag("silence", text, "It is not of the form label=value");
    return [text.slice(0, at), text.slice(at + 1)];
  });
  const now = io.now();
  const end = endOf(until, now);
  if (end <= now) throw badFlag("--until", until, "It is over already");
  return {
    id: randomUUID().slice(0, 8),
    matchers: Object.fromEntries(pairs) as Record<string, string>,
    until: end.toISOString(),
    by,
    comment,
    created: now.toISOString(),
  };
}

/** A length counts from now on here; elsewhere a time in the past is meant, as -4h. */
function endOf(until: string, now: Date): Date {
  const span = parseSpan(until);
  if (typeof span === "number") return new Date(now.getTime() + span);
  return resolveInstant(parseInstant(until), { now, zone: "UTC" });
}

const silenceLine = ({ id, matchers, until, by, comment }: Silence): string => {
  const what = Object.entries(matchers).map(([name, value]) => `${name}=${value}`);
  const why = comment === "" ? "" : `: ${comment}`;
  return terminalText(`silenced ${id} ${what.join(" ")} until ${clock(until)} by ${by}${why}`);
};

const clock = (iso: string): string => `${iso.slice(0, 16).replace("T", " ")} UTC`;

function listLines(state: State, silences: readonly Silence[]): string[] {
  const series = Object.values(state.series).filter(({ phase }) => phase !== "inactive");
  const lines = series.map(({ rule, phase, episode }) =>
    terminalText(
      `${phase} ${rule} since ${clock(episode?.onset ?? "")}: ${episode?.summary ?? ""}`,
    ),
  );
  const outbox = state.outbox
    .filter(({ status }) => status !== "delivered")
    .map(({ status, notification, attempts, reason }) =>
      terminalText(
        `${status} ${notification.group.rule} for ${notification.channel}, ${attempts} attempts: ${reason ?? "not tried yet"}`,
      ),
    );
  const all = [...lines, ...outbox, ...silences.map(silenceLine)];
  return all.length === 0 ? ["nothing fires, nothing waits, nothing is silenced"] : all;
}

const documentOf = (state: State, silences: readonly Silence[]): Value => ({
  schema_version: 1,
  alerts: Object.values(state.series)
    .filter(({ phase }) => phase !== "inactive")
    .map(({ rule, labels, phase, episode }) => ({
      rule,
      labels: { ...labels },
      state: phase,
      since: episode?.onset ?? null,
      summary: episode?.summary ?? null,
      fingerprint: episode?.fingerprint ?? null,
      told: episode?.told?.at ?? null,
    })),
  messages: state.outbox.map(({ notification, status, attempts, reason, decided, ended }) => ({
    id: notification.id,
    channel: notification.channel,
    rule: notification.group.rule,
    site: notification.group.site,
    status,
    attempts,
    reason,
    decided,
    ended,
  })),
  silences: silences.map((one) => ({ ...one, matchers: { ...one.matchers } })),
});

const testMessage = (channel: string, now: Date): Notification => ({
  id: randomUUID(),
  channel,
  group: { rule: "test", site: "" },
  alerts: [
    {
      reason: "firing",
      status: "firing",
      labels: { alertname: "test", site: "", severity: "info" },
      annotations: { summary: "this is a test of culprit's alerts; nothing is wrong" },
      startsAt: now.toISOString(),
      endsAt: null,
      fingerprint: "0000000000000000",
    },
  ],
});

const unknown = (action: string): Problem =>
  new Problem({
    code: "unknown-action",
    what: `There is no culprit alerts ${action}`,
    help: "culprit alerts list, test, silence or unsilence",
    exit: 2,
  });

const noChannel = (name: string | undefined, known: readonly string[]): Problem =>
  new Problem({
    code: "no-channel",
    what: name === undefined ? "There are no channels to test" : `There is no channel ${name}`,
    ...(known.length === 0 ? {} : { why: `There are ${known.join(", ")}` }),
    help: "Channels stand under channels: in culprit.yaml (docs/alerts.md)",
    exit: 2,
  });
