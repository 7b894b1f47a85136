import { integer, duration } from "../../../outputs/numbers.js";
import type { Series } from "../../data.js";
import { shownValue, short } from "../model/format.js";
import { boundsOf, heatOf, levelOf, LEVELS, type Heat } from "../model/heat.js";
import type { State } from "../model/state.js";
import { timeText } from "../model/times.js";
import { Card } from "../parts/Card.js";
import { timeTicks } from "../parts/scales.js";
import { Value } from "../parts/Value.js";
import { endOf, placeIn } from "./Timeline.js";

const ROWS = 20;
const COLUMNS = 240;
/** Columns that a table of numbers can have. */
const TABLE = 24;

const percents = (value: number): string => `${value.toFixed(3)}%`;

/** Which client was busy when; the same numbers as a table for those who cannot see it. */
export function Heatmap({ state }: { readonly state: State }) {
  const { cube, series, zone } = state.data.value;
  if (series === null) return null;
  const heat = heatOf(cube, series, ROWS, COLUMNS);
  if (heat === undefined) return null;
  const column = duration(heat.bins * series.step * 1000);
  return (
    <Card
      id="heatmap"
      wide
      title="Requests by client over time"
      note={`columns of ${column}; the ${heat.rows.length} largest of ${integer(heat.distinct)} clients`}
      tools={<Legend most={heat.most} />}
    >
      <div class="heat">
        <div class="clients">
          {heat.rows.map(({ client, where }) => (
            <span key={where}>
              <Value state={state} field="client_ip" value={client} where={where} />
            </span>
          ))}
        </div>
        <div class="plot">
          <Cells heat={heat} series={series} />
          <Marks state={state} series={series} />
        </div>
        <div class="totals">
          {heat.rows.map(({ total, where }) => (
            <span key={where}>{short(total)}</span>
          ))}
        </div>
        <div class="x-axis" aria-hidden="true">
          {timeTicks(series.from, endOf(series), zone).map(({ at, label, day }, index) => (
            <span
              key={at}
              class={`${day ? "day" : ""} ${index % 2 === 1 && !day ? "odd" : ""}`}
              style={{ left: percents(placeIn(series)(at)) }}
            >
              {label}
            </span>
          ))}
        </div>
      </div>
      <Twin state={state} series={series} />
    </Card>
  );
}

function Legend({ most }: { readonly most: number }) {
  const bounds = boundsOf(most);
  return (
    <span class="scale" role="img" aria-label={`colours: from 1 to ${integer(most)}, logarithmic`}>
      <span>1</span>
      {bounds.map((bound, at) => (
        <i key={bound + at} class={`l${at + 1}`} />
      ))}
      <span>{short(most)}</span>
    </span>
  );
}

/** One path a level, a unit square a cell. */
function Cells({ heat, series }: { readonly heat: Heat; readonly series: Series }) {
  const paths = Array.from({ length: LEVELS + 1 }, () => "");
  for (const [y, { counts }] of heat.rows.entries()) {
    for (let x = 0; x < counts.length;) {
      const level = levelOf(counts[x] ?? 0, heat.most);
      let end = x + 1;
      while (end < counts.length && levelOf(counts[end] ?? 0, heat.most) === level) end++;
      if (level > 0) paths[level] += `M${x} ${y + 0.06}h${end - x}v.88h${x - end}z`;
      x = end;
    }
  }
  return (
    <svg
      viewBox={`0 0 ${series.requests.length / heat.bins} ${heat.rows.length}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      {paths.map((path, level) => path !== "" && <path key={level} class={`l${level}`} d={path} />)}
    </svg>
  );
}

/** The incident, as in the timeline above. */
function Marks({ state, series }: { readonly state: State; readonly series: Series }) {
  const span = state.windows.value?.incident;
  if (span === undefined) return null;
  const place = placeIn(series);
  return (
    <i
      class="mark"
      style={{ left: percents(place(span[0])), width: percents(place(span[1]) - place(span[0])) }}
    />
  );
}

function Twin({ state, series }: { readonly state: State; readonly series: Series }) {
  const { cube, zone } = state.data.value;
  const heat = heatOf(cube, series, ROWS, TABLE);
  if (heat === undefined) return null;
  const size = heat.bins * series.step * 1000;
  const columns = Array.from({ length: heat.columns }, (_, at) => series.from + at * size);
  return (
    <details>
      <summary>The same as a table, columns of {duration(size)}</summary>
      <div class="scroll" tabIndex={0} role="region" aria-label="Requests by client, as a table">
        <table class="numbers">
          <thead>
            <tr>
              <th scope="col">client</th>
              {columns.map((at) => (
                <th key={at} scope="col">
                  {timeText(at, zone).slice(5)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {heat.rows.map(({ client, where, counts }) => (
              <tr key={where}>
                <th scope="row">{shownValue(client, "client_ip")}</th>
                {counts.map((count, at) => (
                  <td key={at}>{count === 0 ? "·" : integer(count)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
