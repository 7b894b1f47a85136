import type { ExpressionWords } from "../../engines/expressions/writer.js";
import type { ExactReader } from "./exact.js";
import type { Derivation } from "./record-sql.js";

/** Names under which the engine has registered this parser's two functions. */
export interface ParserFunctions {
  /** `(line) → VARCHAR[]`: the cells in slot order, or NULL when the line is refused. */
  readonly exact: string;
  /** `(line) → VARCHAR`: why the line is refused. */
  readonly explain: string;
}

export interface ParserOptions {
  readonly logType: string;
  /** Lines that begin so are headers: neither parsed nor rejected. */
  readonly comment?: string;
  readonly derivations?: readonly Derivation[];
  /** Values for columns the line does not carry, such as a site name. */
  readonly constants?: ReadonlyMap<string, string>;
  /** Reads every line exactly, which is slower: the fast reading must agree with it. */
  readonly exactly?: boolean;
}

/** Lines → rows for one layout of one format. */
export interface Parser {
  readonly logType: string;
  /** Undefined for JSON, which the engine reads itself. */
  readonly exact: ExactReader | undefined;
  explain(line: string): string;
  /**
   * SELECT of `columns` plus `outcome` ('parsed', 'rejected', 'blank'), `reason` and `raw`, one
   * row a line, from a relation with the single column `line`.
   * `dirty`: the lines may hold marker characters, which only the exact reading understands.
   * `kept`: columns of the source that stay.
   */
  sql(
    source: string,
    columns: readonly string[],
    names: ParserFunctions,
    dirty: boolean,
    kept?: readonly string[],
  ): string;
  /**
   * Every line as if it were an ordinary one, in cheaper forms: the columns of `sql`, where `outcome` is
   * 'parsed' or 'odd' and `raw` the text of the odd ones, which `sql` then reads. All expressions are evaluated
   * for whole vectors, as nothing has to choose per line. Undefined where no line could be read so.
   */
  readonly quick?: (source: string, columns: readonly string[], dirty: boolean) => string;
  /**
   * What `sql` says in the words of an engine that has none of culprit's functions, by the exact
   * reading alone. Lines that it cannot read the same way are rejected, with that reason; a format
   * or a zone that it cannot is a Problem.
   */
  sqlFor(
    words: ExpressionWords,
    source: string,
    columns: readonly string[],
    kept?: readonly string[],
  ): string;
}
