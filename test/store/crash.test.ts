import { mkdirSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { kinds, type TestStore } from "./kinds.js";
import {
  combinedLines,
  contentOf,
  culprit,
  faultsOf,
  openEngine,
  s3Lines,
  squidLines,
  temporaryFolder,
  write,
  type Content,
} from "./stores.js";

/*
 * Kills the real program at random instants. However far it got, the same command run again leaves
 * the store as if nothing had happened.
 */

/** Kills in each of the three scenes, in each kind of place; CULPRIT_KILLS sets another number for local runs. */
const KILLS = process.env["CI"] === "true" ? 70 : Number(process.env["CULPRIT_KILLS"] ?? 10);
/** Runs at a time: the machines that test this have two cores. */
const LANES = 2;
const SEED = 20_261_121;

/** What is done to a store, again and again. */
interface Scene {
  readonly name: string;
  /** Makes the store that each run starts from; it is given the flags that name it. */
  prepare(folder: string, store: readonly string[]): Promise<void>;
  readonly args: readonly string[];
}

const first = ["web-1.log", "web-2.log.gz", "s3-1.log", "squid.log"];
const all = [...first, "web-3.log", "s3-2.log"];

const scenes: readonly Scene[] = [
  { name: "ingest into a new store", prepare: async () => {}, args: ["ingest", ...first] },
  {
    name: "ingest of what is new and what has grown",
    async prepare(folder, store) {
      await must(folder, ["ingest", "before/web-1.log", ...first.slice(1), ...store]);
    },
    args: ["ingest", ...all],
  },
  {
    name: "compaction",
    async prepare(folder, store) {
      for (const name of all) await must(folder, ["ingest", name, ...store]);
    },
    args: ["store", "compact"],
  },
];

async function must(cwd: string, args: readonly string[]): Promise<void> {
  const { code, stderr } = await culprit(cwd, args);
  expect(stderr.includes("bug") || code !== 0 ? stderr : "").toBe("");
}

function writeLogs(folder: string): void {
  const web = combinedLines({ count: 400 });
  mkdirSync(path.join(folder, "before"));
  write(folder, "web-1.log", `${web}not a line of a log\n\n`);
  write(folder, "before/web-1.log", web.slice(0, web.indexOf("\n", web.length / 3) + 1));
  write(folder, "web-2.log.gz", combinedLines({ count: 300, from: 1000 }));
  write(folder, "web-3.log", combinedLines({ count: 200, from: 2000 }));
  write(folder, "s3-1.log", s3Lines({ count: 300 }));
  // The second half of it was delivered before.
  write(folder, "s3-2.log", s3Lines({ count: 300, from: 300 }) + s3Lines({ count: 300 }));
  write(folder, "squid.log", squidLines({ count: 250 }));
}

/** Numbers from 0 to 1, the same every time. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Where a kill hit, as seen from outside. */
type Hit = "before any change" | "while files and ledger change" | "after the last commit";

const trials = kinds.flatMap((kind) => scenes.map((scene) => ({ kind, scene })));

describe.each(trials)("$scene.name in $kind.name, killed at any instant", ({ kind, scene }) => {
  test(`${KILLS} times`, { timeout: 1_800_000 }, async () => {
    const folder = temporaryFolder();
    writeLogs(folder);
    const engine = await openEngine();
    let places = 0;
    const template = await prepared();
    const started = Date.now();
    const { content, files } = await undisturbed();
    const duration = Date.now() - started;
    const random = randomNumbers(SEED + scenes.indexOf(scene));
    const hits = new Map<Hit, number>();
    let kills = 0;

    async function prepared(): Promise<string> {
      const home = path.join(folder, "template");
      mkdirSync(home);
      const store = await kind.make(home);
      await scene.prepare(folder, store.args);
      return store.copy();
    }

    async function undisturbed(): Promise<{ content: Content; files: number }> {
      const store = await place();
      await must(folder, [...scene.args, ...store.args]);
      expect(await faultsOf(engine, store.place)).toEqual([]);
      const { length } = await store.place.list("requests");
      return { content: await contentOf(engine.db, await store.copy()), files: length };
    }

    async function place(): Promise<TestStore> {
      const home = path.join(folder, `place-${++places}`);
      mkdirSync(home);
      const store = await kind.make(home);
      await store.fill(template);
      return store;
    }

    async function shoot(): Promise<void> {
      const store = await place();
      const before = (await store.place.list("ledger")).length;
      const aimed = random() < 0.5;
      const wait = aimed ? random() ** 2 * 30 : random() * duration;
      const { signal } = await culprit(folder, [...scene.args, ...store.args], (kill, ended) => {
        if (aimed) whenTouched(store, ended, () => setTimeout(kill, wait));
        else setTimeout(kill, wait);
      });
      if (signal !== "SIGKILL") return;
      kills += 1;
      const hit = await hitOf(store, before);
      hits.set(hit, (hits.get(hit) ?? 0) + 1);
      await must(folder, [...scene.args, ...store.args]);
      expect(await contentOf(engine.db, await store.copy()), `${hit}, ${wait} ms`).toEqual(content);
      expect(await faultsOf(engine, store.place), hit).toEqual([]);
      expect(await store.place.list("requests"), hit).toHaveLength(files);
    }

    const lanes = Array.from({ length: LANES }, async () => {
      while (kills < KILLS) await shoot();
    });
    await Promise.all(lanes);
    console.log(`${scene.name} in ${kind.name}: ${kills} kills`, Object.fromEntries(hits));
    expect(kills).toBeGreaterThanOrEqual(KILLS);
    if (KILLS >= 50) expect(hits.get("while files and ledger change")).toBeGreaterThan(0);
  });
});

const isTouched = async ({ place }: TestStore): Promise<boolean> =>
  (await place.list("_staging")).some(({ name }) => name.endsWith(".touched.json"));

/** Looks for the moment from which on the store itself changes. */
function whenTouched(store: TestStore, ended: () => boolean, act: () => void): void {
  const look = async (): Promise<void> => {
    if (ended()) return;
    if (await isTouched(store)) act();
    else setTimeout(() => void look(), 1);
  };
  void look();
}

async function hitOf(store: TestStore, before: number): Promise<Hit> {
  if (await isTouched(store)) return "while files and ledger change";
  const after = (await store.place.list("ledger")).length;
  return after > before ? "after the last commit" : "before any change";
}
