import { aggregates } from "./aggregates.js";
import { collections } from "./collections.js";
import { conditions } from "./conditions.js";
import { jsonAndUrls } from "./json-url.js";
import { numbers } from "./numbers.js";
import type { Rule } from "./rule.js";
import { texts } from "./text.js";
import { times } from "./times.js";

/**
 * Every function of Athena that is known here. A name that is missing is refused: an engine's
 * function of the same name could mean something else.
 * https://docs.aws.amazon.com/athena/latest/ug/functions-env3.html
 */
export const athenaFunctions: ReadonlyMap<string, Rule> = new Map(
  [aggregates, collections, conditions, jsonAndUrls, numbers, texts, times].flatMap((rules) =>
    Object.entries(rules),
  ),
);
