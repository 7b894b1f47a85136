import { afterAll } from "vitest";
import { openEngine } from "../../../src/engines/open.js";
import type { RemoteEngine } from "../../../src/engines/remote.js";
import { startAthena, type FakeAthena, type Run } from "./fake.js";

const started: FakeAthena[] = [];
afterAll(async () => {
  for (const fake of started) await fake.stop();
});

/** The driver of Athena, before a server of the test's own that answers with `run`. */
export async function openAthena(
  run: Run,
  { query = "", signal = new AbortController().signal, notes = [] as string[], busy = 1 } = {},
): Promise<{ engine: RemoteEngine; fake: FakeAthena }> {
  process.env["AWS_ACCESS_KEY_ID"] = "test";
  process.env["AWS_SECRET_ACCESS_KEY"] = "test";
  const fake = await startAthena(run, busy);
  started.push(fake);
  const address = `athena://shop?region=us-east-1&output=s3://results/x&endpoint=${fake.endpoint}${query}`;
  const engine = await openEngine(address, { env: {}, signal, onNote: (note) => notes.push(note) });
  return { engine, fake };
}
