import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Backend } from "./server.js";

const command = process.env["MOTO_SERVER"] ?? "moto_server";

/** Why moto cannot be started here; undefined when it can. */
export const noMoto: string | undefined =
  spawnSync("sh", ["-c", 'command -v "$1"', "sh", command]).status === 0
    ? undefined
    : "there is no moto_server: pip install 'moto[server]', or name it in MOTO_SERVER";

/** Starts moto, an S3 server in Python: https://docs.getmoto.org. */
export async function startMoto(): Promise<Backend> {
  const server = spawn(command, ["-H", "127.0.0.1", "-p", "0"], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  const said: string[] = [];
  for await (const line of createInterface(server.stderr)) {
    said.push(line);
    const port = /Running on http:\/\/127\.0\.0\.1:(\d+)/.exec(line)?.[1];
    if (port === undefined) continue;
    // It writes a line for each request; nobody reading them would make it stop.
    server.stderr.resume();
    return {
      port: Number(port),
      async createBucket(name) {
        const answer = await fetch(`http://127.0.0.1:${port}/${name}`, { method: "PUT" });
        if (!answer.ok) throw new Error(`PUT ${name}: ${answer.status}`);
      },
      async stop() {
        server.kill();
        await once(server, "exit");
      },
    };
  }
  throw new Error(`moto did not start: ${said.join("\n")}`);
}
