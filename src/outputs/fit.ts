import stringWidth from "string-width";

/** Where text that is too long is cut: an address or an identifier is never cut. */
export type Ellipsis = "middle" | "end" | "never";

const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });

/** As many whole characters from the left as fit `width` terminal columns. */
function head(text: string, width: number): string {
  let used = 0;
  let taken = "";
  // No character is wider than two columns, yet one may be many code units: look at a bounded part.
  for (const { segment } of segmenter.segment(text.slice(0, 64 + width * 16))) {
    used += stringWidth(segment);
    if (used > width) break;
    taken += segment;
  }
  return taken;
}

/** As many whole characters from the right as fit `width` terminal columns. */
function tail(text: string, width: number): string {
  const segments = [...segmenter.segment(text.slice(-(64 + width * 16)))];
  let used = 0;
  let taken = "";
  for (const { segment } of segments.toReversed()) {
    used += stringWidth(segment);
    if (used > width) break;
    taken = segment + taken;
  }
  return taken;
}

/**
 * Text cut to a number of terminal columns; a cut is marked. Text must be free of control characters.
 *
 * `fit("/static/app.3f2a.js", 11, "middle")` → `/stat…2a.js`
 */
export function fit(text: string, width: number, cut: Ellipsis, mark = "…"): string {
  if (cut === "never" || stringWidth(text) <= width) return text;
  const room = width - stringWidth(mark);
  if (room <= 0) return head(text, width);
  if (cut === "end") return head(text, room) + mark;
  const right = tail(text, Math.floor(room / 2));
  const left = head(text, room - stringWidth(right));
  return left + mark + right;
}
