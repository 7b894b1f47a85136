import type { Notification } from "./alert.js";
import type { Delivery } from "./outbox.js";

/** Somewhere that people hear of alerts. A new kind is a file in `channels/` and a line in its registry. */
export interface Channel {
  /** As the configuration calls it. */
  readonly name: string;
  /**
   * Sends a message once. Never throws for what the other side does: it answers whether another
   * attempt is worth it. Secrets, and a webhook's URL is one, never stand in the reason.
   */
  send(notification: Notification): Promise<Delivery>;
}

/** What a channel may use of its surroundings. */
export interface ChannelContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folder that relative names of files start from. */
  readonly folder: string;
  readonly timeout_ms: number;
  readonly signal: AbortSignal;
}
