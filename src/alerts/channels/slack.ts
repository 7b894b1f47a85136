import type { Channel, ChannelContext } from "../channel.js";
import type { Notification } from "../alert.js";
import { deliveryOf, postAddress, postJson } from "../http.js";
import { linesOf, plainText, spelled, title } from "../message.js";
import { secretAt, type SecretPlace } from "../secret.js";

/** Slack's limits: https://docs.slack.dev/reference/block-kit/blocks, and 13,200 for all blocks. */
const HEADER = 150;
const SECTION = 3000;
const ALL = 12_000;

/** A Slack incoming webhook. */
export async function slackChannel(
  name: string,
  url: SecretPlace,
  context: ChannelContext,
): Promise<Channel> {
  const address = postAddress(await secretAt(url, "webhook URL", name, context), name);
  return {
    name,
    async send(notification) {
      const answer = await postJson(address, slackBody(notification), {}, context);
      return deliveryOf(answer, typeof answer === "string" ? "" : errorName(answer.body));
    },
  };
}

/** Slack answers failures with one word, such as `no_service`; other text may hold anything. */
const errorName = (body: string): string => /^[a-z_]{1,40}$/.exec(body.trim())?.[0] ?? "";

/** The message as blocks of plain text, in which nothing becomes a mention, a link or markup. */
export function slackBody(notification: Notification): object {
  const { shown, more } = spelled(notification);
  const each = Math.min(SECTION, Math.floor((ALL - 500) / Math.max(1, shown.length)));
  const sections = shown.map((alert) => section(cut(linesOf(alert).join("\n"), each)));
  return {
    text: cut(plainText(notification), SECTION),
    unfurl_links: false,
    unfurl_media: false,
    blocks: [
      { type: "header", text: plain(cut(title(notification), HEADER)) },
      ...sections,
      ...(more > 0 ? [section(`and ${more} more`)] : []),
    ],
  };
}

const plain = (text: string): object => ({ type: "plain_text", text, emoji: false });

const section = (text: string): object => ({ type: "section", text: plain(text) });

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

/** Escaped as Slack asks, and never longer than it takes; no entity is cut in two. */
export function cut(text: string, length: number): string {
  const parts = Array.from(text, (character) => ENTITIES[character] ?? character);
  let size = 0;
  const all = parts.reduce((sum, part) => sum + part.length, 0);
  if (all <= length) return parts.join("");
  const kept = parts.filter((part) => (size += part.length) <= length - 1);
  return `${kept.join("")}…`;
}
