import { spawn } from "node:child_process";
import { webhookBody } from "../alertmanager.js";
import type { Channel, ChannelContext } from "../channel.js";
import type { Delivery } from "../outbox.js";

/** Exit codes of sysexits.h that no second attempt will change: usage, data, no such user, permission, configuration. */
const FOR_GOOD: ReadonlySet<number> = new Set([64, 65, 67, 68, 77, 78]);

/**
 * A program of your own, started without a shell: the message is JSON on its standard input, so nothing
 * from a log stands on a command line. Exit code 0 means delivered.
 */
export const commandChannel = (
  name: string,
  [program = "", ...args]: readonly string[],
  { env, folder, timeout_ms, signal }: ChannelContext,
): Channel => ({
  name,
  send: (notification) =>
    new Promise<Delivery>((resolve) => {
      const late = AbortSignal.timeout(timeout_ms);
      const child = spawn(program, args, {
        cwd: folder,
        env,
        stdio: ["pipe", "ignore", "ignore"],
        signal: AbortSignal.any([late, signal]),
        killSignal: "SIGKILL",
      });
      // A program may end without reading what it is told.
      child.stdin.on("error", () => {});
      child.stdin.end(JSON.stringify(webhookBody(notification)));
      child.on("error", (error: NodeJS.ErrnoException) =>
        resolve(notStarted(error, timeout_ms, late)),
      );
      child.on("close", (code) => resolve(endedWith(code)));
    }),
});

function notStarted(error: NodeJS.ErrnoException, timeout_ms: number, late: AbortSignal): Delivery {
  if (late.aborted) {
    return { outcome: "retry", reason: `the command did not end within ${timeout_ms / 1000} s` };
  }
  if (error.code === "ENOENT" || error.code === "EACCES") {
    return { outcome: "refused", reason: `the command cannot be started (${error.code})` };
  }
  return { outcome: "retry", reason: `the command failed (${error.code ?? error.name})` };
}

function endedWith(code: number | null): Delivery {
  if (code === 0) return { outcome: "delivered" };
  const reason = code === null ? "the command was killed" : `the command ended with ${code}`;
  return { outcome: code !== null && FOR_GOOD.has(code) ? "refused" : "retry", reason };
}
