import { Problem } from "../problems/problem.js";
import type { ChannelContext } from "./channel.js";
import type { Delivery } from "./outbox.js";

/** What a server answered to a message. */
export interface Answer {
  readonly status: number;
  readonly retryAfter: string | null;
  /** The beginning of the body. It may repeat what was sent, so it is for the channel to judge. */
  readonly body: string;
}

/** An address that messages are posted to; it is a secret, and so is no part of the Problem. */
export function postAddress(text: string, channel: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === "https:" || url?.protocol === "http:") return url;
  throw new Problem({
    code: "bad-channel",
    what: `The address of the channel ${channel} is no http(s) URL`,
    where: `channels.${channel}`,
    help: "Mend the variable or the file that holds it; it is not shown here, because it is a secret",
    exit: 2,
  });
}

/** Posts JSON; a text says why nothing came back. */
export async function postJson(
  url: URL,
  body: unknown,
  headers: Readonly<Record<string, string>>,
  context: ChannelContext,
): Promise<Answer | string> {
  const late = AbortSignal.timeout(context.timeout_ms);
  // A URL with a user in it is refused by fetch: they belong into a header.
  const target = new URL(url);
  const { username, password } = url;
  target.username = "";
  target.password = "";
  const basic = Buffer.from(
    `${decodeURIComponent(username)}:${decodeURIComponent(password)}`,
  ).toString("base64");
  try {
    const response = await fetch(target, {
      method: "POST",
      redirect: "manual",
      headers: {
        "content-type": "application/json",
        ...(username === "" ? {} : { authorization: `Basic ${basic}` }),
        ...headers,
      },
      body: JSON.stringify(body),
      signal: AbortSignal.any([late, context.signal]),
    });
    return {
      status: response.status,
      retryAfter: response.headers.get("retry-after"),
      body: (await response.text()).slice(0, 200),
    };
  } catch (error) {
    if (late.aborted) return `no answer within ${context.timeout_ms / 1000} s`;
    if (context.signal.aborted) return "interrupted";
    const { cause } = error as { cause?: { code?: string } };
    return `it cannot be reached${cause?.code === undefined ? "" : ` (${cause.code})`}`;
  }
}

/** What an answer means: success, worth another attempt, or never. */
export function deliveryOf(answer: Answer | string, words = "", now = Date.now()): Delivery {
  if (typeof answer === "string") return { outcome: "retry", reason: answer };
  const { status, retryAfter } = answer;
  if (status >= 200 && status < 300) return { outcome: "delivered" };
  const reason = `HTTP ${status}${words === "" ? "" : ` ${words}`}`;
  if (status !== 429 && status !== 408 && status < 500) return { outcome: "refused", reason };
  const after = waitOf(retryAfter, now);
  return { outcome: "retry", reason, ...(after === undefined ? {} : { after_ms: after }) };
}

/** A day: whoever asks for more patience is asked again then. */
const LONGEST = 86_400_000;

/** `Retry-After`: seconds, or a date. */
function waitOf(text: string | null, now: number): number | undefined {
  if (text === null) return undefined;
  const ms = /^\d+$/.test(text.trim()) ? Number(text) * 1000 : Date.parse(text) - now;
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), LONGEST);
}
