import { describe, expect, test } from "vitest";
import { decide, type Decided } from "../../src/alerts/decide.js";
import { newSeries, observe } from "../../src/alerts/machine.js";
import { deliver, type Delivery } from "../../src/alerts/outbox.js";
import { EMPTY, withoutCalm, type Silence, type State } from "../../src/alerts/state.js";

const NOW = new Date("2026-11-05T12:00:00Z");
const HOUR = 3_600_000;
const later = (ms: number): Date => new Date(NOW.getTime() + ms);

/** A series of a rule that is out of line now, or calm. */
function series(
  rule: string,
  labels: Record<string, string>,
  value = 500,
  { measure = "requests", channels = ["ops"], before = EMPTY, at = NOW, ratio = 3 } = {},
): Decided {
  const all = { site: "shop", ...labels };
  const key = JSON.stringify([rule, all]);
  const seen = {
    from: new Date(at.getTime() - HOUR).toISOString(),
    until: at.toISOString(),
    ratio,
    value,
    clear: 0.9,
    summary: `${rule} is ${value}`,
  };
  const policy = { for_ms: 0, repeat_ms: 4 * HOUR, calm_steps: 1 };
  const step = observe(before.series[key] ?? newSeries(rule, measure, all), seen, policy, at);
  return { key, step, severity: "warning", labels: {}, channels, annotations: {} };
}

const told = (state: State): string[] =>
  state.outbox.map(
    ({ notification: { channel, group, alerts } }) =>
      `${channel} ${group.rule} ${alerts.map(({ reason }) => reason).join(" ")}`,
  );

const at = { at: NOW, now: NOW };

describe("who is told what", () => {
  test("one message for each channel, rule and site", () => {
    const both = { channels: ["ops", "mail"] };
    const { state } = decide(
      EMPTY,
      [series("a", { client_ip: "1" }, 1, both), series("a", { client_ip: "2" }, 1, both)],
      [],
      at,
      0,
    );
    expect(told(state)).toEqual(["ops a firing firing", "mail a firing firing"]);
  });

  const silence: Silence = {
    id: "s",
    matchers: { alertname: "a", client_ip: "192.0.2.*" },
    until: later(HOUR).toISOString(),
    by: "anna",
    comment: "",
    created: NOW.toISOString(),
  };

  test("silences keep quiet by label, and what still goes on is told when they end", () => {
    const one = series("a", { client_ip: "192.0.2.7" });
    const silent = decide(
      EMPTY,
      [one, series("a", { client_ip: "198.51.100.1" })],
      [silence],
      at,
      0,
    );
    expect(told(silent.state)).toEqual(["ops a firing"]);
    expect(silent.quiet.map(({ why }) => why)).toEqual([`silenced by anna until ${silence.until}`]);
    const then = later(2 * HOUR);
    const still = series("a", { client_ip: "192.0.2.7" }, 500, { before: silent.state, at: then });
    const { state } = decide(silent.state, [still], [silence], { at: then, now: then }, 0);
    expect(told(state)).toEqual(["ops a firing firing"]);
  });

  test("an alert on the site explains those on clients that make most of it, no others", () => {
    const { state } = decide(
      EMPTY,
      [
        series("site", {}, 1000),
        series("client", { client_ip: "big" }, 900),
        series("client", { client_ip: "small" }, 300),
        series("bytes", { client_ip: "big" }, 900, { measure: "bytes_sent" }),
      ],
      [],
      at,
      0,
    );
    expect(told(state)).toEqual(["ops site firing", "ops client firing", "ops bytes firing"]);
  });

  test("logs that stopped explain everything of their site", () => {
    const stopped = series("stopped", {}, 7200, { measure: "silence" });
    const { state } = decide(EMPTY, [series("a", {}), stopped], [], at, 0);
    expect(told(state)).toEqual(["ops stopped firing"]);
  });
});

test("calm series of single clients are forgotten, those of the site and of alerts are not", () => {
  const all = [
    series("a", { client_ip: "calm" }, 1, { ratio: 0.1 }),
    series("a", { client_ip: "loud" }),
    series("b", {}, 1, { ratio: 0.1 }),
  ];
  const { state } = decide(EMPTY, all, [], at, 0);
  const kept = (time: Date): unknown[] =>
    Object.values(withoutCalm(state, time).series).map(({ labels }) => labels["client_ip"]);
  expect(kept(NOW)).toEqual(["loud", undefined]);
});

describe("delivery", () => {
  const sending = (state: State, answers: Delivery[], now: Date, sent: string[] = []) =>
    deliver(state, {
      send: async ({ id }) => {
        sent.push(id);
        return answers[Math.min(sent.length, answers.length) - 1] as Delivery;
      },
      save: async () => {},
      now: () => now,
      pause: async () => {},
    });

  const firing = decide(EMPTY, [series("a", {})], [], at, 0).state;

  test("what fails is tried again after a wait that doubles, under the same id", async () => {
    const sent: string[] = [];
    let state = await sending(firing, [{ outcome: "retry", reason: "HTTP 503" }], NOW, sent);
    expect(state.outbox[0]).toMatchObject({ status: "waiting", attempts: 1, reason: "HTTP 503" });
    state = await sending(state, [{ outcome: "delivered" }], later(29_000), sent);
    expect(sent).toHaveLength(1);
    state = await sending(state, [{ outcome: "retry", reason: "HTTP 503" }], later(31_000), sent);
    state = await sending(state, [{ outcome: "delivered" }], later(80_000), sent);
    expect(sent).toHaveLength(2);
    state = await sending(state, [{ outcome: "delivered" }], later(92_000), sent);
    expect(state.outbox[0]).toMatchObject({ status: "delivered", attempts: 3, reason: null });
    expect(new Set(sent).size).toBe(1);
  });

  test("a channel that asks for patience gets it", async () => {
    const answer = { outcome: "retry", reason: "HTTP 429", after_ms: 7000 } as const;
    const state = await sending(firing, [answer], NOW);
    expect(state.outbox[0]?.after).toBe(later(7000).toISOString());
  });

  test("what is refused for good is kept, and never sent again", async () => {
    const sent: string[] = [];
    const state = await sending(firing, [{ outcome: "refused", reason: "HTTP 404" }], NOW, sent);
    await sending(state, [{ outcome: "delivered" }], later(HOUR), sent);
    expect(sent).toHaveLength(1);
    expect(state.outbox[0]).toMatchObject({ status: "refused", reason: "HTTP 404" });
  });

  test("however long a channel is away, a group is one message, with the newest words", async () => {
    let state = await sending(firing, [{ outcome: "retry", reason: "away" }], NOW);
    for (let hour = 1; hour <= 50; hour++) {
      const time = later(hour * HOUR);
      const ratio = hour % 10 === 9 ? 0 : 3;
      const one = series("a", {}, 500, { before: state, at: time, ratio });
      state = decide(state, [one], [], { at: time, now: time }, 0).state;
    }
    const waiting = state.outbox.filter(({ status }) => status === "waiting");
    expect(waiting).toHaveLength(1);
    const fingerprints = waiting[0]?.notification.alerts.map(({ fingerprint }) => fingerprint);
    expect(new Set(fingerprints).size).toBe(fingerprints?.length);
  });

  test("between two messages of a group lies the interval", async () => {
    const sent = await sending(firing, [{ outcome: "delivered" }], NOW);
    const time = later(60_000);
    const other = series("a", { client_ip: "new" }, 5, { at: time });
    const { state } = decide(sent, [other], [], { at: time, now: time }, 300_000);
    expect(state.outbox[1]?.after).toBe(later(300_000).toISOString());
  });
});
