import { shownValue } from "../model/format.js";
import type { Live, State } from "../model/state.js";

/** The filters in force, and a box for one more in the notation of --where. */
export function Filters({ state, live }: { readonly state: State; readonly live: Live }) {
  const { where } = state.data.value;
  const problem = live.problem.value;
  return (
    <section class="filters" aria-label="Filters">
      {where.map((one) => (
        <span key={one} class="chip">
          <code>{shownValue(one)}</code>
          <button type="button" data-unfilter={one} aria-label={`Remove the filter ${one}`}>
            ×
          </button>
        </span>
      ))}
      <form data-form="where">
        <label>
          <span>where</span>
          <input
            type="text"
            name="where"
            placeholder="status=5xx   path=/shop/*   client_ip=203.0.113.0/24   user_agent~bot"
            spellcheck={false}
            autocomplete="off"
            aria-describedby="problem"
            title="Conditions as --where takes them (/)"
          />
        </label>
        <button type="submit">Filter</button>
      </form>
      <label class="follow">
        <input type="checkbox" data-do="follow" checked={live.follow.value} />
        <span>follow the log</span>
      </label>
      {live.news.value && (
        <button type="button" data-do="reload">
          The log has grown: show it
        </button>
      )}
      <p class="busy" aria-hidden="true">
        {live.pending.value.size > 0 ? "Looking …" : ""}
      </p>
      <pre id="problem" role="alert">
        {problem ?? ""}
      </pre>
    </section>
  );
}
