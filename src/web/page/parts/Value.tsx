import { shownValue } from "../model/format.js";
import type { State } from "../model/state.js";

interface ValueProps {
  readonly state: State;
  readonly field: string;
  readonly value: string | null;
  readonly where: string;
}

/** Longer texts keep both ends: what differs in a User-Agent stands there. */
const MOST = 96;
/** Whoever needs the whole of these finds it under the pointer. */
const LONG = new Set(["user_agent", "referrer"]);
const BRIEF = 60;

export const middle = (text: string, most = MOST): string =>
  text.length <= most
    ? text
    : `${text.slice(0, Math.ceil(most * 0.6))}…${text.slice(-Math.floor(most * 0.35))}`;

/** A value of a log as text; where a server can filter by it, a button that opens its menu. */
export function Value({ state, field, value, where }: ValueProps) {
  const text = shownValue(value, field);
  const short = middle(text, LONG.has(field) ? BRIEF : MOST);
  const title = short === text ? undefined : text;
  if (state.live === undefined || where === "") {
    return (
      <span class={value === null ? "value none" : "value"} title={title}>
        {short}
      </span>
    );
  }
  return (
    <button
      type="button"
      class={value === null ? "value none" : "value"}
      title={title}
      aria-haspopup="menu"
      data-where={where}
      data-value={text}
    >
      {short}
    </button>
  );
}
