import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { SMTPServer } from "smtp-server";
import { describe, expect, onTestFinished, test } from "vitest";
import { commandChannel } from "../../src/alerts/channels/command.js";
import { emailChannel } from "../../src/alerts/channels/email.js";
import { cut, slackBody, slackChannel } from "../../src/alerts/channels/slack.js";
import { webhookChannel } from "../../src/alerts/channels/webhook.js";
import { Problem } from "../../src/problems/problem.js";
import { startReceiver, type Reply } from "../watch/receiver.js";
import {
  channelCases,
  HOSTILE,
  notification,
  SECRET,
  type Behaviour,
  type Member,
} from "./channel.case.js";

const replies: Record<Exclude<Behaviour, "is away">, Reply | undefined> = {
  accepts: { status: 200, body: "ok" },
  "asks for patience": { status: 429, headers: { "retry-after": "7" }, body: "ratelimited" },
  "fails for now": { status: 503, body: "try later" },
  "is silent": undefined,
  "refuses for good": { status: 404, body: "no_service" },
};

/** A server behind an address with a secret in it. */
async function server(behaviour: Behaviour) {
  const { url, received, reply } = await startReceiver();
  if (behaviour !== "is away") reply(replies[behaviour]);
  const address = behaviour === "is away" ? "http://127.0.0.1:9" : url;
  const taken = (): string[] => received.map(({ body }) => JSON.stringify(body));
  return { env: { HOOK: `${address}/services/${SECRET}` }, taken, received };
}

const members: Member[] = [
  {
    name: "slack",
    async open(behaviour, context) {
      const { env, taken } = await server(behaviour);
      return { channel: await slackChannel("ops", { env: "HOOK" }, { ...context, env }), taken };
    },
  },
  {
    name: "webhook",
    async open(behaviour, context) {
      const { env, taken } = await server(behaviour);
      const own = { ...context, env: { ...env, TOKEN: SECRET } };
      return {
        channel: await webhookChannel("ops", { env: "HOOK" }, { env: "TOKEN" }, own),
        taken,
      };
    },
  },
  {
    name: "email",
    skip: { "asks for patience": "SMTP has no way to say for how long" },
    async open(behaviour, context) {
      const { port, taken } = await startSmtp(behaviour);
      const settings = {
        host: "127.0.0.1",
        port: behaviour === "is away" ? 9 : port,
        tls: false,
        from: "culprit@example.com",
        to: ["ops@example.com", "night@example.com"],
      };
      return { channel: await emailChannel("ops", settings, context), taken };
    },
  },
  {
    name: "command",
    skip: { "asks for patience": "an exit code has no way to say for how long" },
    async open(behaviour, context) {
      const folder = mkdtempSync(path.join(tmpdir(), "culprit-channel-"));
      onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
      const ends: Partial<Record<Behaviour, string>> = {
        accepts: `cat >"${folder}/$$.json"`,
        "fails for now": "exit 1",
        "is silent": "exec sleep 60",
        "refuses for good": "exit 64",
      };
      const script = path.join(folder, "tell.sh");
      writeFileSync(script, `#!/bin/sh\n${ends[behaviour] ?? ""}\n`);
      chmodSync(script, 0o755);
      const program = behaviour === "is away" ? path.join(folder, "nothing") : script;
      return {
        channel: commandChannel("ops", [program, SECRET], context),
        taken: () =>
          readdirSync(folder)
            .filter((name) => name.endsWith(".json"))
            .map((name) => readFileSync(path.join(folder, name), "utf8")),
      };
    },
  },
];

describe.each(members)("$name", channelCases);

/** A mail server on this machine. */
async function startSmtp(behaviour: Behaviour): Promise<{ port: number; taken: () => string[] }> {
  const mails: string[] = [];
  const refusal = (code: number): Error =>
    Object.assign(new Error(`no ${SECRET}`), { responseCode: code });
  const mailServer = new SMTPServer({
    disabledCommands: ["STARTTLS", "AUTH"],
    authOptional: true,
    logger: false,
    onConnect: (_session, done) => {
      if (behaviour !== "is silent") done();
    },
    onRcptTo: (_address, _session, done) => {
      if (behaviour === "fails for now") done(refusal(451));
      else if (behaviour === "refuses for good") done(refusal(550));
      else done();
    },
    onData: (stream, _session, done) => {
      const parts: Buffer[] = [];
      stream.on("data", (part: Buffer) => parts.push(part));
      stream.on("end", () => {
        mails.push(Buffer.concat(parts).toString());
        done();
      });
    },
  });
  await new Promise<void>((resolve) => mailServer.listen(0, "127.0.0.1", resolve));
  mailServer.on("error", () => {});
  onTestFinished(() => new Promise<void>((resolve) => mailServer.close(() => resolve())));
  const address = mailServer.server.address();
  return { port: typeof address === "object" ? (address?.port ?? 0) : 0, taken: () => mails };
}

describe("Slack's blocks", () => {
  interface Block {
    readonly type: string;
    readonly text: { readonly type: string; readonly text: string };
  }
  const blocksOf = (body: object): Block[] => (body as { blocks: Block[] }).blocks;

  test("log text is plain text, without a mention, a link or an entity cut in two", () => {
    const body = slackBody(notification);
    expect(blocksOf(body).every(({ text }) => text.type === "plain_text")).toBe(true);
    const all = JSON.stringify(body);
    expect(all).not.toContain("<!channel>");
    expect(all).toContain("&lt;!channel&gt;");
    expect(cut("&".repeat(10), 12)).toBe("&amp;&amp;…");
  });

  test("stays within Slack's limits, however much there is to say", () => {
    const [alert] = notification.alerts;
    if (alert === undefined) throw new Error("there is an alert");
    const long = { ...alert, annotations: { summary: HOSTILE.repeat(2000) } };
    const many = Array.from({ length: 80 }, (_, at) => ({ ...long, fingerprint: String(at) }));
    const group = { rule: "r".repeat(300), site: "&".repeat(300) };
    const blocks = blocksOf(slackBody({ ...notification, group, alerts: many }));
    const [header, ...sections] = blocks;
    expect(blocks.length).toBeLessThanOrEqual(50);
    expect(header?.text.text.length).toBeLessThanOrEqual(150);
    expect(Math.max(...sections.map(({ text }) => text.text.length))).toBeLessThanOrEqual(3000);
    const total = blocks.reduce((sum, { text }) => sum + text.text.length, 0);
    expect(total).toBeLessThanOrEqual(13_200);
    expect(sections.at(-1)?.text.text).toBe("and 70 more");
  });
});

test("a webhook's body is Alertmanager's, version 4", async () => {
  const { env, received } = await server("accepts");
  const signal = new AbortController().signal;
  const context = { env, folder: ".", timeout_ms: 5000, signal };
  const channel = await webhookChannel("ops", { env: "HOOK" }, undefined, context);
  await channel.send(notification);
  const [first] = received;
  expect(first?.headers["idempotency-key"]).toBe(notification.id);
  expect(first?.body).toMatchObject({
    version: "4",
    status: "firing",
    receiver: "ops",
    groupKey: '{}:{alertname="requests", site="shop"}',
    groupLabels: { alertname: "requests", site: "shop" },
    truncatedAlerts: 0,
    alerts: [
      {
        status: "firing",
        startsAt: "2026-11-05T10:00:00.000Z",
        endsAt: "0001-01-01T00:00:00Z",
        fingerprint: "00112233445566aa",
      },
    ],
  });
});

test("an address that is none is told without its text", async () => {
  const signal = new AbortController().signal;
  const context = { env: { HOOK: `htps://${SECRET}` }, folder: ".", timeout_ms: 5000, signal };
  const error = await slackChannel("ops", { env: "HOOK" }, context).catch((each: unknown) => each);
  expect(error).toBeInstanceOf(Problem);
  expect(JSON.stringify(error) + String(error)).not.toContain(SECRET);
});
