import { integer, percent } from "../../../outputs/numbers.js";
import { shownValue } from "../model/format.js";
import type { State } from "../model/state.js";
import { timeText } from "../model/times.js";

/** What was read: sources, range, counts. */
export function Head({ state }: { readonly state: State }) {
  const { inputs, totals, accounting, zone } = state.data.value;
  const first = shownValue(inputs[0]?.name ?? "nothing");
  const title = inputs.length > 1 ? `${first} and ${inputs.length - 1} more` : first;
  const { lines, rejected, blank } = accounting;
  const unread = lines - blank > 0 && rejected > 0 ? rejected / (lines - blank) : 0;
  return (
    <header class="top">
      <h1>{title}</h1>
      <p>
        {totals.first !== null && totals.last !== null && (
          <span>
            {timeText(Math.floor(totals.first / 60_000) * 60_000, zone)} to{" "}
            {timeText(Math.floor(totals.last / 60_000) * 60_000, zone)} {zone}
          </span>
        )}
        <span>{integer(totals.requests)} requests</span>
        <span>
          {integer(totals.clients)} {totals.clients === 1 ? "client" : "clients"}
        </span>
        <a href="#completeness">
          {unread === 0 ? "every line read" : `${percent(unread)} of the lines unreadable`}
        </a>
      </p>
      <div class="tools js-only">
        <button type="button" data-do="undo" title="Undo the last change (u)">
          Undo
        </button>
        <button type="button" data-do="share" title="Copy the address of this view">
          Copy link
        </button>
        <label>
          <span class="hidden">Colours</span>
          <select data-do="theme">
            <option value="auto">auto</option>
            <option value="light">light</option>
            <option value="dark">dark</option>
          </select>
        </label>
      </div>
    </header>
  );
}
