/** The answer in five cells: what a person reads first. */
export interface Verdict {
  /** True when somebody stands out; the calm form otherwise. */
  readonly unusual: boolean;
  readonly who: Cell;
  readonly what: Cell;
  readonly since: Cell;
  readonly how_unusual: Cell;
  readonly do: Cell;
  /** The sentences behind the cells, each with its counts. */
  readonly evidence: readonly string[];
}

/** A cell: its main words, and a detail that may be cut on a narrow screen. */
export interface Cell {
  readonly text: string;
  readonly detail?: string;
  /** A command that shows more, ready to paste. */
  readonly command?: string;
}
