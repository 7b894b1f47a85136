import type { DuckDb } from "../../engines/duckdb/engine.js";
import type { Scope } from "../scope.js";
import {
  bypasses,
  cacheBusting,
  clientCosts,
  lostLines,
  matchOf,
  type Busting,
  type Bypass,
  type ClientCost,
  type Lost,
  type Match,
} from "./answers.js";
import { clockOf, countKeys, type Clock } from "./clock.js";
import { alignBack } from "./order.js";
import { pairLines } from "./pairs.js";
import {
  anchorOf,
  backTable,
  frontTable,
  keyOf,
  sideOf,
  type Key,
  type Log,
  type Side,
} from "./side.js";

/** Two logs whose lines have found each other: the tables are in the engine. */
export interface Stitched {
  readonly front: Side;
  readonly back: Side;
  readonly key: Key;
  readonly clock: Clock;
}

/** What the joined lines say. */
export interface StitchAnswer {
  readonly match: Match;
  readonly clients: readonly ClientCost[];
  readonly busting: readonly Busting[];
  readonly bypass: readonly Bypass[];
  readonly lost: readonly Lost[];
}

/**
 * Finds for every line of the front that was passed on the line of the back that it became: same URL,
 * and `front_start − tolerance ≤ back_start ≤ front_end + tolerance` once the clocks' offset is taken
 * out; one-to-one, at the least cost.
 *
 * It needs the embedded engine: two sources are read into it, and the lines pass through this process
 * one URL after the other.
 */
export async function stitch(db: DuckDb, front: Log, back: Log): Promise<Stitched> {
  const [before, behind] = [await sideOf(db, front), await sideOf(db, back)];
  const key = await keyOf(db, before, behind);
  const anchor = anchorOf(before, behind);
  await frontTable(db, before, key, anchor);
  await backTable(db, behind, key, anchor);
  await countKeys(db);
  const clock = await clockOf(db);
  await alignBack(db, clock);
  await pairLines(db, clock);
  return { front: before, back: behind, key, clock };
}

/** Answers from the joined table. */
export async function stitchAnswer(scope: Scope, limit: number): Promise<StitchAnswer> {
  return {
    match: await matchOf(scope),
    clients: await clientCosts(scope, limit),
    busting: await cacheBusting(scope, limit),
    bypass: await bypasses(scope, limit),
    lost: await lostLines(scope, limit),
  };
}
