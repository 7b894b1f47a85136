import { Alerts } from "./live/Alerts.js";
import { Block } from "./live/Block.js";
import { Filters } from "./live/Filters.js";
import { Sql } from "./live/Sql.js";
import { Changed } from "./panels/Changed.js";
import { Findings } from "./panels/Findings.js";
import { Head } from "./panels/Head.js";
import { Heatmap } from "./panels/Heatmap.js";
import { Completeness, Method } from "./panels/Method.js";
import { Origin } from "./panels/Origin.js";
import { Rankings } from "./panels/Rankings.js";
import { Tables } from "./panels/Tables.js";
import { Timeline } from "./panels/Timeline.js";
import { Verdict } from "./panels/Verdict.js";
import type { State } from "./model/state.js";

/** The whole page, the same in a report's file and from the server. */
export function App({ state }: { readonly state: State }) {
  const { changes, scrapers, floods, spikes } = state.data.value.panels;
  const { live } = state;
  return (
    <>
      <Head state={state} />
      {live !== undefined && <Filters state={state} live={live} />}
      <main>
        <Verdict state={state} />
        <Timeline state={state} />
        <Changed state={state} />
        <div class="stack">
          <Findings state={state} id="changes" title="Causes" told={changes} />
          <Findings state={state} id="floods" title="Floods and timers" told={floods} />
        </div>
        <div class="stack">
          <Findings state={state} id="scrapers" title="Suspected scrapers" told={scrapers} />
          <Findings state={state} id="spikes" title="Hours out of line" told={spikes} />
        </div>
        {live !== undefined && <Alerts state={state} live={live} />}
        {live !== undefined && <Block state={state} live={live} />}
        <Heatmap state={state} />
        <Origin state={state} />
        <Rankings state={state} />
        <Tables state={state} />
        {live !== undefined && <Sql live={live} />}
        <div class="stack">
          <Completeness state={state} />
        </div>
        <div class="stack">
          <Method state={state} />
        </div>
      </main>
      <p class="hidden" role="status" aria-live="polite">
        {state.said}
      </p>
    </>
  );
}
