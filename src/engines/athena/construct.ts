import type { Place } from "./place.js";
import type { Token } from "./tokens.js";

/** A part of the query and what to write in its place. */
export interface Edit extends Place {
  readonly text: string;
}

/** A check of one token: it throws a refusal, or says what must be written differently. */
export type Check = (tokens: readonly Token[], at: number, sql: string) => readonly Edit[];
