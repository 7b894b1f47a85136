import type { Engine } from "../../engines/engine.js";
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
import { clockOf, type Clock } from "./clock.js";
import { linesOf } from "./lines.js";
import { alignBack } from "./order.js";
import { pairLines } from "./pairs.js";
import { keyOf, sideOf, type Key, type Log, type Side } from "./side.js";

/** Two logs whose lines have found each other. */
export interface Stitched {
  readonly front: Side;
  readonly back: Side;
  readonly key: Key;
  readonly clock: Clock;
  /** The table `front_id, back_id, lag, ambiguous`, as FROM takes it. */
  readonly pairs: string;
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
 * The engine must keep tables. Lines with more than one possible partner pass through this process, one
 * URL after the other; all else is done where the rows are.
 */
export async function stitch(db: Engine, front: Log, back: Log): Promise<Stitched> {
  const [before, behind] = [await sideOf(db, front), await sideOf(db, back)];
  const key = await keyOf(db, before, behind);
  const lines = await linesOf(db, before, behind, key);
  const clock = await clockOf(db, lines);
  const aligned = await alignBack(db, lines, clock);
  const pairs = await pairLines(db, lines, aligned, clock);
  await aligned.release();
  for (const table of Object.values(lines) as string[]) await db.release(table);
  return { front: before, back: behind, key, clock, pairs };
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
