/** The answer in five cells: what a person reads first. */
export interface Verdict {
  /** True when somebody stands out; the calm form otherwise. */
  readonly unusual: boolean;
  /** How much it matters; null when nobody stands out. */
  readonly severity: Severity | null;
  readonly who: Cell;
  readonly what: Cell;
  readonly since: Cell;
  readonly how_unusual: Cell;
  readonly do: Cell;
  /** The sentences behind the cells, each with its counts. */
  readonly evidence: readonly string[];
}

export const severities = ["low", "medium", "high"] as const;
export type Severity = (typeof severities)[number];

/** A cell: its main words, and a detail that may be cut on a narrow screen. */
export interface Cell {
  readonly text: string;
  readonly detail?: string;
  /** A command that shows more, ready to paste. */
  readonly command?: string;
}

/** How verdicts are worded; the sources stand in the commands that show more. */
export interface Wording {
  readonly zone: string;
  readonly locale: string;
  /** Only ASCII: `x2` instead of `×2`. */
  readonly ascii: boolean;
  /** The sources and the flags that say how they are read, quoted for a shell. */
  readonly sources: string;
}
