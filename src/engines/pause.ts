import { setTimeout as wait } from "node:timers/promises";

/** Waits; an abort ends it with the signal's reason. */
export async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  await wait(ms, undefined, { signal }).catch(() => {});
  signal?.throwIfAborted();
}
