import { terminalText } from "./escape.js";
import { fit } from "./fit.js";
import { bytes, duration, integer, percent, type BytesStyle } from "./numbers.js";

/** The part of a stream that the progress line needs; process.stderr is one. */
export interface ProgressStream {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}

export interface ProgressSurroundings {
  stream: ProgressStream;
  env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds of a clock that never goes back, such as performance.now(). */
  now: () => number;
  bytesStyle?: BytesStyle;
  locale?: string;
}

/** How far the work is. Bytes are those read from the source, compressed or not. */
export interface ProgressState {
  bytes: number;
  /** Undefined while it is not known, as with a pipe. */
  totalBytes?: number | undefined;
  lines?: number | undefined;
  /** What is being done, such as `reading` or a file's name. */
  label?: string | undefined;
}

export interface Progress {
  /** Says how far the work is; draws at most ten times a second. */
  update(state: ProgressState): void;
  /** Takes the line away so that something else can be printed; the next update brings it back. */
  clear(): void;
  /** Takes the line away for good. */
  finish(): void;
}

const INTERVAL_MS = 100;
const ERASE = "\r\x1b[K";
const nothing: Progress = { update() {}, clear() {}, finish() {} };

/**
 * One line on a terminal that says how far the work is, gone at the end:
 * `412 MiB of 1.06 GiB   38.0%   1,204,113 lines/s   12 s left`.
 * Silent where nobody is watching: no terminal, or CI is set.
 */
export function createProgress(surroundings: ProgressSurroundings): Progress {
  const { stream, env, now } = surroundings;
  const ci = env["CI"] ?? "";
  const watched = stream.isTTY === true && env["TERM"] !== "dumb" && (ci === "" || ci === "false");
  if (!watched) return nothing;

  const start = now();
  let drawnAt = start;
  let drawn = false;
  let finished = false;
  const clear = (): void => {
    if (drawn) stream.write(ERASE);
    drawn = false;
  };
  return {
    update(state) {
      const time = now();
      if (finished || time - drawnAt < INTERVAL_MS) return;
      drawnAt = time;
      drawn = true;
      // The last column stays free: some terminals wrap when it is written.
      const width = Math.max(1, (stream.columns ?? 80) - 1);
      stream.write(ERASE + fit(progressLine(state, time - start, surroundings), width, "end"));
    },
    clear,
    finish() {
      clear();
      finished = true;
    },
  };
}

/** The text of the line after `elapsed` milliseconds of work. */
export function progressLine(
  { bytes: read, totalBytes, lines, label }: ProgressState,
  elapsed: number,
  { bytesStyle = "iec", locale = "en" }: Pick<ProgressSurroundings, "bytesStyle" | "locale">,
): string {
  const size = (n: number): string => bytes(n, { style: bytesStyle, locale });
  const parts = label === undefined ? [] : [terminalText(label)];
  // A file that grows while it is read is never more than wholly read.
  const whole = totalBytes === undefined ? undefined : Math.max(totalBytes, read);
  parts.push(whole === undefined ? size(read) : `${size(read)} of ${size(whole)}`);
  if (whole !== undefined && whole > 0) parts.push(percent(read / whole, locale));
  if (lines !== undefined && elapsed > 0) {
    parts.push(`${integer((lines * 1000) / elapsed, locale)} lines/s`);
  }
  if (whole !== undefined && read > 0 && read < whole) {
    const left = (elapsed * (whole - read)) / read;
    // Tenths of a second would only flicker.
    parts.push(`${duration(Math.max(1000, Math.round(left / 1000) * 1000), locale)} left`);
  }
  return parts.join("   ");
}
