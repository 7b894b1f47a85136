import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";

/** A cluster that tests may use: one coordinator and two workers, each a process of its own. */
export interface TrinoCluster {
  readonly host: string;
  /** A folder that the cluster sees as `local:///`. */
  readonly lake: string;
  /** Process ids of the workers. */
  readonly workers: readonly number[];
}

interface Started extends TrinoCluster {
  readonly stop: () => Promise<void>;
}

/** Why there is no cluster: Java or Maven is missing. */
export class NoTrino extends Error {}

const MINUTES = 3;

/** Starts a cluster in a folder of its own; Trino is fetched on first use. */
export async function startCluster(): Promise<Started> {
  const script = (name: string): string => {
    const file = fileURLToPath(new URL(`../../../scripts/${name}`, import.meta.url));
    const { status, stdout, stderr } = spawnSync("sh", [file], { encoding: "utf8" });
    if (status !== 0) throw new NoTrino(stderr.trim());
    return stdout.trim();
  };
  const java = script("find-java.sh");
  const home = script("fetch-trino.sh");
  const folder = mkdtempSync(path.join(tmpdir(), "culprit-trino-"));
  const lake = path.join(folder, "lake");
  mkdirSync(lake);
  const [port = 0, ...others] = await freePorts(3);
  const coordinator = `http://127.0.0.1:${port}`;
  const nodes = [port, ...others].map((own, at) =>
    startNode({ java, home, folder, lake, coordinator, port: own, name: `node-${at}` }),
  );
  const stop = async (): Promise<void> => {
    await Promise.all(nodes.map(stopNode));
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await ready(coordinator, folder, nodes);
  } catch (error) {
    await stop();
    throw error;
  }
  const workers = nodes.slice(1).map(({ pid = 0 }) => pid);
  return { host: `127.0.0.1:${port}`, lake, workers, stop };
}

interface NodeOptions {
  readonly java: string;
  readonly home: string;
  readonly folder: string;
  readonly lake: string;
  readonly coordinator: string;
  readonly port: number;
  readonly name: string;
}

function startNode({
  java,
  home,
  folder,
  lake,
  coordinator,
  port,
  name,
}: NodeOptions): ChildProcess {
  const own = path.join(folder, name);
  const isCoordinator = coordinator.endsWith(`:${port}`);
  mkdirSync(path.join(own, "catalog"), { recursive: true });
  const config = {
    coordinator: isCoordinator,
    ...(isCoordinator ? { "node-scheduler.include-coordinator": false } : {}),
    "http-server.http.port": port,
    "discovery.uri": coordinator,
    "query.max-memory-per-node": "250MB",
    "memory.heap-headroom-per-node": "150MB",
    // A worker that is gone is given up soon.
    "query.remote-task.max-error-duration": "5s",
    "exchange.max-error-duration": "5s",
    "node.environment": "test",
    "node.id": name,
    "node.internal-address": "127.0.0.1",
    "plugin.dir": path.join(home, "plugin"),
    "catalog.config-dir": path.join(own, "catalog"),
  };
  const catalog = {
    "connector.name": "hive",
    "hive.metastore": "file",
    "hive.metastore.catalog.dir": "local:///metastore",
    "fs.native-local.enabled": true,
    "local.location": lake,
    "hive.parquet.time-zone": "UTC",
    "hive.timestamp-precision": "MICROSECONDS",
    "hive.non-managed-table-writes-enabled": true,
  };
  writeFileSync(path.join(own, "config.properties"), properties(config));
  writeFileSync(path.join(own, "catalog/lake.properties"), properties(catalog));
  const output = openSync(path.join(own, "log"), "w");
  return spawn(
    java,
    [
      ..."-Xmx700M -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:+ExitOnOutOfMemoryError".split(" "),
      "-Djdk.attach.allowAttachSelf=true",
      "-Duser.timezone=UTC",
      "--sun-misc-unsafe-memory-access=allow",
      "--add-modules=jdk.incubator.vector",
      "--enable-native-access=ALL-UNNAMED",
      "-Dconfig=config.properties",
      "-cp",
      path.join(home, "lib/*"),
      "io.trino.server.TrinoServer",
    ],
    { cwd: own, stdio: ["ignore", output, output] },
  );
}

const properties = (values: Readonly<Record<string, string | number | boolean>>): string =>
  Object.entries(values)
    .map(([name, value]) => `${name}=${value}\n`)
    .join("");

async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/** Waits until the coordinator sees both workers. */
async function ready(
  coordinator: string,
  folder: string,
  nodes: readonly ChildProcess[],
): Promise<void> {
  const until = Date.now() + MINUTES * 60_000;
  for (;;) {
    const ended = nodes.findIndex(
      ({ exitCode, signalCode }) => exitCode !== null || signalCode !== null,
    );
    if (ended >= 0 || Date.now() > until) {
      const log = readFileSync(path.join(folder, `node-${Math.max(0, ended)}`, "log"), "utf8");
      throw new Error(`Trino did not start:\n${log.slice(-3000)}`);
    }
    if ((await activeNodes(coordinator)) === nodes.length) return;
    await wait(300);
  }
}

async function activeNodes(coordinator: string): Promise<number> {
  const headers = { "X-Trino-User": "test" };
  const sql = "SELECT count(*) FROM system.runtime.nodes WHERE state = 'active'";
  interface Page {
    nextUri?: string;
    data?: number[][];
  }
  try {
    const info = (await (await fetch(`${coordinator}/v1/info`)).json()) as { starting: boolean };
    if (info.starting) return 0;
    let answer = await fetch(`${coordinator}/v1/statement`, { method: "POST", headers, body: sql });
    for (;;) {
      const page = (await answer.json()) as Page;
      if (page.data?.[0]?.[0] !== undefined) return page.data[0][0];
      if (page.nextUri === undefined) return 0;
      answer = await fetch(page.nextUri, { headers });
    }
  } catch {
    return 0;
  }
}

async function stopNode(node: ChildProcess): Promise<void> {
  if (node.exitCode !== null || node.signalCode !== null) return;
  const ended = new Promise((resolve) => node.once("exit", resolve));
  node.kill("SIGKILL");
  await ended;
}
