import { randomUUID } from "node:crypto";
import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";

/** The name of a folder that does not exist yet. */
export const temporaryFolder = (): string => join(tmpdir(), `culprit-server-${randomUUID()}`);

/** A zone that needs no time zone data: five and a half hours before UTC. */
export const ZONE = "<+0530>-5:30";

/** Ports that nobody listens on. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise<ReturnType<typeof createServer>>((resolve, reject) => {
          const server = createServer().once("error", reject);
          server.listen(0, "127.0.0.1", () => resolve(server));
        }),
    ),
  );
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

export const hasIpv6 = (): boolean =>
  Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === "::1"));

export interface ServerOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly folder: string;
  /** Where it listens when it is ready. */
  readonly ports: readonly number[];
  /** Default: SIGTERM. */
  readonly stopSignal?: NodeJS.Signals;
}

const STARTS_WITHIN = 30_000;
const STOPS_WITHIN = 15_000;

/** A server that runs as a child process until it is stopped. */
export class Server {
  readonly #child: ChildProcess;
  readonly #exited: Promise<void>;
  readonly #signal: NodeJS.Signals;
  readonly #output: string;

  private constructor({ command, args, env, folder, stopSignal }: ServerOptions) {
    this.#output = join(folder, "output.txt");
    const output = openSync(this.#output, "w");
    this.#child = spawn(command, args, {
      cwd: folder,
      env: { PATH: process.env["PATH"] ?? "", ...env },
      stdio: ["ignore", output, output],
    });
    closeSync(output);
    this.#signal = stopSignal ?? "SIGTERM";
    this.#exited = new Promise((resolve) => {
      this.#child.once("exit", () => resolve());
      this.#child.once("error", () => resolve());
    });
    process.once("exit", this.#kill);
  }

  /** Starts it and waits until it listens on every port. */
  static async start(options: ServerOptions): Promise<Server> {
    const server = new Server(options);
    try {
      for (const port of options.ports) await server.#listens(port);
      return server;
    } catch (error) {
      await server.stop();
      throw error;
    }
  }

  /** What it has said on its standard output and error. */
  get said(): string {
    return readFileSync(this.#output, "utf8");
  }

  async stop(): Promise<void> {
    const deadline = setTimeout(this.#kill, STOPS_WITHIN);
    if (this.#isRunning) this.#child.kill(this.#signal);
    await this.#exited;
    clearTimeout(deadline);
    process.off("exit", this.#kill);
  }

  get #isRunning(): boolean {
    return (
      this.#child.pid !== undefined &&
      this.#child.exitCode === null &&
      this.#child.signalCode === null
    );
  }

  readonly #kill = (): void => {
    if (this.#isRunning) this.#child.kill("SIGKILL");
  };

  async #listens(port: number): Promise<void> {
    const deadline = Date.now() + STARTS_WITHIN;
    while (!isListening(port)) {
      if (!this.#isRunning) throw new Error(`the server has ended: ${this.said}`);
      if (Date.now() > deadline) throw new Error(`nothing listens on ${port}: ${this.said}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

/** Whether a process listens there: to try it would stand in the logs of some servers. */
function isListening(port: number): boolean {
  const local = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  return ["/proc/net/tcp", "/proc/net/tcp6"]
    .filter((table) => existsSync(table))
    .flatMap((table) => readFileSync(table, "utf8").split("\n"))
    .map((line) => line.trim().split(/\s+/))
    .some(([, address, , state]) => address?.endsWith(local) === true && state === "0A");
}
