import { expect, onTestFinished, test } from "vitest";
import type { Notification } from "../../src/alerts/alert.js";
import type { Channel, ChannelContext } from "../../src/alerts/channel.js";

/*
 * What every channel must do, whatever it sends through: tell success from what is worth another
 * attempt and from what never will be, wait as it is asked to, give up in time, and never say a secret.
 */

/** How the other side behaves. */
export type Behaviour =
  | "accepts"
  /** Too many messages: try again after 7 seconds. */
  | "asks for patience"
  | "fails for now"
  /** Never answers. */
  | "is silent"
  /** The address or the command is wrong, and stays so. */
  | "refuses for good"
  /** Nobody is there. */
  | "is away";

export interface Member {
  readonly name: string;
  /** A channel to something that behaves so, and the messages that it took, as text. */
  open(
    behaviour: Behaviour,
    context: ChannelContext,
  ): Promise<{ channel: Channel; taken: () => readonly string[] }>;
  /** A behaviour that its kind cannot show, with the reason. */
  readonly skip?: Partial<Record<Behaviour, string>>;
}

/** Stands in every secret that members use. */
export const SECRET = "T0-B0-kNrfXzq81";

/** Text as attackers write it into logs. */
export const HOSTILE =
  "<!channel> <https://evil.example|pay here> `rm -rf` & \u202E$(id) \x1b[2J\r\nBcc: all@example.com";

export const notification: Notification = {
  id: "0b9a5a63-9a83-4b64-9f4c-3f8f7ba5b0e1",
  channel: "ops",
  group: { rule: "requests", site: "shop" },
  alerts: [
    {
      reason: "firing",
      status: "firing",
      labels: { alertname: "requests", site: "shop", severity: "critical", user_agent: HOSTILE },
      annotations: { summary: `requests of ${HOSTILE}: 640 in 1 h`, explanation: "most of it: x" },
      startsAt: "2026-11-05T10:00:00.000Z",
      endsAt: null,
      fingerprint: "00112233445566aa",
    },
  ],
};

const TIMEOUT = 700;

const table: [Behaviour, object][] = [
  ["accepts", { outcome: "delivered" }],
  ["asks for patience", { outcome: "retry", after_ms: 7000 }],
  ["fails for now", { outcome: "retry" }],
  ["is silent", { outcome: "retry" }],
  ["refuses for good", { outcome: "refused" }],
];

/** Runs the suite on a channel. */
export function channelCases(member: Member): void {
  const context = (): ChannelContext => {
    const stop = new AbortController();
    onTestFinished(() => stop.abort());
    return { env: process.env, folder: process.cwd(), timeout_ms: TIMEOUT, signal: stop.signal };
  };

  test.each(table.filter(([behaviour]) => member.skip?.[behaviour] === undefined))(
    "%s",
    async (behaviour, expected) => {
      const { channel } = await member.open(behaviour, context());
      const delivery = await channel.send(notification);
      expect(delivery).toMatchObject(expected);
      expect(JSON.stringify(delivery)).not.toContain(SECRET);
    },
  );

  test("is away: worth another attempt, unless there is nothing to start", async () => {
    const { channel } = await member.open("is away", context());
    const delivery = await channel.send(notification);
    expect(delivery.outcome).toBe(member.name === "command" ? "refused" : "retry");
    expect(JSON.stringify(delivery)).not.toContain(SECRET);
  });

  test("takes one message for each that is sent, with its fingerprint or its words", async () => {
    const { channel, taken } = await member.open("accepts", context());
    await channel.send(notification);
    await channel.send(notification);
    expect(taken()).toHaveLength(2);
    for (const text of taken()) expect(text).toMatch(/requests/);
  });

  test("hostile text arrives as text", async () => {
    const { channel, taken } = await member.open("accepts", context());
    await channel.send(notification);
    const [text = ""] = taken();
    expect(text).toContain("evil.example");
    // No line of its own, no control character that a terminal or a mail server obeys.
    expect(text).not.toMatch(/^Bcc:/m);
    expect(text).not.toContain("\x1b");
  });
}
