import type { Engine } from "../../engines/engine.js";
import { anchorOf, backSql, frontSql, type Key, type Side } from "./side.js";

/** Tables of what both logs say of their requests, as numbers; FROM takes their names. */
export interface Lines {
  /** `id, url, anchor, lo, hi, status, bytes, took, agent, address`: lines of which one behind is expected. */
  readonly front: string;
  /** `id, url, anchor, slack, ended, written_to, status, bytes, took, agent, address`. */
  readonly back: string;
  /** `url, fronts, backs`: how many lines each log has of a URL that both have. */
  readonly urls: string;
}

/** Makes the tables; `url` stands for all that both lines of a request have in common. */
export async function linesOf(db: Engine, front: Side, back: Side, key: Key): Promise<Lines> {
  const { dialect } = db;
  const anchor = anchorOf(front, back);
  const lines = {
    front: await db.keep(frontSql(dialect, front, key, anchor)),
    back: await db.keep(backSql(dialect, back, key, anchor)),
  };
  const urls = await db.keep(`SELECT f.url, f.fronts, b.backs
    FROM (SELECT url, count(*) AS fronts FROM ${lines.front} AS t GROUP BY url) AS f
    JOIN (SELECT url, count(*) AS backs FROM ${lines.back} AS t GROUP BY url) AS b ON f.url = b.url`);
  return { ...lines, urls };
}

/** URLs that each log has only once. */
export const onceIn = (lines: Lines): string =>
  `SELECT url FROM ${lines.urls} AS u WHERE fronts = 1 AND backs = 1`;
