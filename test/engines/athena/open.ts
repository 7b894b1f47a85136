import { afterAll } from "vitest";
import { openEngine } from "../../../src/engines/open.js";
import type { RemoteEngine } from "../../../src/engines/remote.js";
import { startS3, type TestS3 } from "../../s3/server.js";
import { keptBy, startAthena, type FakeAthena, type Run } from "./fake.js";

const started: { stop(): Promise<void> }[] = [];
afterAll(async () => {
  for (const server of started) await server.stop();
});

export const BUCKET = "scratch";

/** The driver of Athena, before a server of the test's own that answers with `run`. */
export async function openAthena(
  run: Run,
  {
    query = "",
    signal = new AbortController().signal,
    notes = [] as string[],
    busy = 1,
    s3 = undefined as number | undefined,
  } = {},
): Promise<{ engine: RemoteEngine; fake: FakeAthena }> {
  process.env["AWS_ACCESS_KEY_ID"] = "test";
  process.env["AWS_SECRET_ACCESS_KEY"] = "test";
  const fake = await startAthena(run, busy, s3);
  started.push(fake);
  const address = `athena://shop?region=us-east-1&output=s3://results/x&endpoint=${fake.endpoint}${query}`;
  const engine = await openEngine(address, { env: {}, signal, onNote: (note) => notes.push(note) });
  return { engine, fake };
}

/** The same, with a bucket for the tables that are kept. */
export async function openKeepingAthena(
  run: Run,
  { query = "", ...options }: Parameters<typeof openAthena>[1] = {},
): Promise<{ engine: RemoteEngine; fake: FakeAthena; s3: TestS3 }> {
  const s3 = await startS3();
  started.push(s3);
  await s3.createBucket(BUCKET);
  const put = (folder: string): Promise<void> =>
    s3.put(BUCKET, `${folder.replace(`s3://${BUCKET}/`, "")}part-0`, "PAR1");
  const opened = await openAthena(keptBy(run, put), {
    ...options,
    query: `${query}&scratch=s3://${BUCKET}/of%20culprit`,
    s3: Number(new URL(s3.endpoint).port),
  });
  return { ...opened, s3 };
}
