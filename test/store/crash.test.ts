import { cpSync, existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { Folder } from "../../src/store/folder.js";
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

/** Kills in each of the three scenes; CULPRIT_KILLS sets another number for local runs. */
const KILLS = process.env["CI"] === "true" ? 70 : Number(process.env["CULPRIT_KILLS"] ?? 8);
/** Runs at a time: the machines that test this have two cores. */
const LANES = 2;
const SEED = 20_261_121;

/** What is done to a store, again and again. */
interface Scene {
  readonly name: string;
  /** The store that each run starts from; none for an empty place. */
  prepare(folder: string, store: string): Promise<void>;
  readonly args: readonly string[];
}

const first = ["web-1.log", "web-2.log.gz", "s3-1.log", "squid.log"];
const all = [...first, "web-3.log", "s3-2.log"];

const scenes: readonly Scene[] = [
  { name: "ingest into a new store", prepare: async () => {}, args: ["ingest", ...first] },
  {
    name: "ingest of what is new and what has grown",
    async prepare(folder, store) {
      await must(folder, ["ingest", "before/web-1.log", ...first.slice(1), "--store", store]);
    },
    args: ["ingest", ...all],
  },
  {
    name: "compaction",
    async prepare(folder, store) {
      for (const name of all) await must(folder, ["ingest", name, "--store", store]);
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

describe.each(scenes)("$name, killed at any instant", (scene) => {
  test(`${KILLS} times`, { timeout: 1_800_000 }, async () => {
    const folder = temporaryFolder();
    writeLogs(folder);
    const engine = await openEngine();
    const template = path.join(folder, "template");
    await scene.prepare(folder, template);
    const started = Date.now();
    const { content, files } = await undisturbed();
    const duration = Date.now() - started;
    const random = randomNumbers(SEED + scenes.indexOf(scene));
    const hits = new Map<Hit, number>();
    let kills = 0;

    async function undisturbed(): Promise<{ content: Content; files: number }> {
      const store = place("undisturbed");
      await must(folder, [...scene.args, "--store", store]);
      expect(await faultsOf(engine, new Folder(store))).toEqual([]);
      return { content: await contentOf(engine.db, store), files: countFiles(store) };
    }

    function place(name: string): string {
      const store = path.join(folder, name);
      rmSync(store, { recursive: true, force: true });
      if (existsSync(template)) cpSync(template, store, { recursive: true });
      return store;
    }

    async function shoot(lane: number): Promise<void> {
      const store = place(`lane-${lane}`);
      const before = commitsIn(store);
      const aimed = random() < 0.5;
      const wait = aimed ? random() ** 2 * 30 : random() * duration;
      const { signal } = await culprit(folder, [...scene.args, "--store", store], (kill, ended) => {
        if (aimed) whenTouched(store, ended, () => setTimeout(kill, wait));
        else setTimeout(kill, wait);
      });
      if (signal !== "SIGKILL") return;
      kills += 1;
      const hit = hitOf(store, before);
      hits.set(hit, (hits.get(hit) ?? 0) + 1);
      await must(folder, [...scene.args, "--store", store]);
      expect(await contentOf(engine.db, store), `${hit}, ${wait} ms`).toEqual(content);
      expect(await faultsOf(engine, new Folder(store)), hit).toEqual([]);
      expect(countFiles(store), hit).toBe(files);
    }

    const lanes = Array.from({ length: LANES }, async (_, lane) => {
      while (kills < KILLS) await shoot(lane);
    });
    await Promise.all(lanes);
    console.log(`${scene.name}: ${kills} kills`, Object.fromEntries(hits));
    expect(kills).toBeGreaterThanOrEqual(KILLS);
    if (KILLS >= 50) expect(hits.get("while files and ledger change")).toBeGreaterThan(0);
  });
});

const commitsIn = (store: string): number => namesIn(path.join(store, "ledger")).length;

const countFiles = (store: string): number =>
  readdirSync(path.join(store, "requests"), { recursive: true }).filter((name) =>
    String(name).endsWith(".parquet"),
  ).length;

/** Names in a folder that the process under test may remove at any moment. */
const namesIn = (folder: string): string[] => {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
};

const touched = (store: string): boolean =>
  namesIn(path.join(store, "_staging")).some((name) => name.endsWith(".touched.json"));

/** Looks for the moment from which on the store itself changes. */
function whenTouched(store: string, ended: () => boolean, act: () => void): void {
  if (ended()) return;
  if (touched(store)) act();
  else setTimeout(() => whenTouched(store, ended, act), 1);
}

function hitOf(store: string, before: number): Hit {
  if (touched(store)) return "while files and ledger change";
  return commitsIn(store) > before ? "after the last commit" : "before any change";
}
