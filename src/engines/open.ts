import { badAddress, engineAddress, type EngineAddress } from "./address.js";
import type { OnProgress, RemoteEngine } from "./remote.js";

export interface OpenOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  readonly onProgress?: OnProgress;
  /** Told what a query did, such as the bytes it scanned. */
  readonly onNote?: (note: string) => void;
}

type Open = (
  text: string,
  address: EngineAddress,
  options: OpenOptions,
) => RemoteEngine | Promise<RemoteEngine>;

const trino = async (): Promise<Open> => (await import("./trino/engine.js")).TrinoEngine.open;
const clickhouse = async (): Promise<Open> =>
  (await import("./clickhouse/engine.js")).ClickHouseEngine.open;

/** Engines by the scheme of their address; each is loaded on first use. */
const schemes: Readonly<Record<string, () => Promise<Open>>> = {
  trino,
  trinos: trino,
  clickhouse,
  clickhouses: clickhouse,
  athena: async () => (await import("./athena/remote.js")).AthenaEngine.open,
};

/** The engine that `--engine` names. Most of them connect with the first query. */
export async function openEngine(text: string, options: OpenOptions): Promise<RemoteEngine> {
  const address = engineAddress(text);
  const load = Object.hasOwn(schemes, address.scheme) ? schemes[address.scheme] : undefined;
  if (load === undefined) {
    throw badAddress(text, `There is no engine ${address.scheme}://`);
  }
  const open = await load();
  return open(text, address, options);
}
