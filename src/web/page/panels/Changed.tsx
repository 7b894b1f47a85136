import { duration, percent, times } from "../../../outputs/numbers.js";
import { integer } from "../../../outputs/numbers.js";
import { measureNames, type MeasureName } from "../../data.js";
import { amount, fieldTitle } from "../model/format.js";
import type { Moved, Mover } from "../model/sides.js";
import type { State } from "../model/state.js";
import { HOUR } from "../model/times.js";
import { Card } from "../parts/Card.js";
import { Columns } from "../parts/Columns.js";
import { Value } from "../parts/Value.js";

/** Fields shown at once, and rows of each; the others are folded. */
const FIELDS = 6;
const ROWS = 5;

/** What changed between the two times, field by field. */
export function Changed({ state }: { readonly state: State }) {
  if (state.data.value.series === null) return null;
  const changed = state.changed.value;
  const measure = state.measure.value;
  return (
    <Card
      id="changed"
      wide
      title="What changed"
      note={<Note state={state} />}
      tools={<Tools state={state} measure={measure} />}
    >
      {changed === undefined ? (
        <p class="empty">
          No part of the log stands out from the rest.
          <span class="js-only"> Drag on the chart above to ask about a time.</span>
        </p>
      ) : changed.total === undefined ? (
        <p class="empty">One of the two times is empty: nothing to compare.</p>
      ) : (
        <>
          <Total total={changed.total} measure={measure} />
          <div class="dimensions">
            {changed.dimensions.slice(0, FIELDS).map((one) => (
              <Dimension key={one.field} state={state} moved={one} measure={measure} />
            ))}
          </div>
          {changed.dimensions.length > FIELDS && (
            <details>
              <summary>{changed.dimensions.length - FIELDS} more fields</summary>
              <div class="dimensions">
                {changed.dimensions.slice(FIELDS).map((one) => (
                  <Dimension key={one.field} state={state} moved={one} measure={measure} />
                ))}
              </div>
            </details>
          )}
        </>
      )}
    </Card>
  );
}

function Note({ state }: { readonly state: State }) {
  const sides = state.sides.value;
  const step = state.data.value.series?.step ?? 0;
  if (sides === undefined) return null;
  const { scanned, hours } = sides;
  const lengths = `${duration(hours.incident * HOUR)} against ${duration(hours.baseline * HOUR)}`;
  if (scanned !== undefined) {
    return (
      <>
        {lengths}; exact, {scanned.from === "rows" ? "scanned" : "added up"} {integer(scanned.rows)}{" "}
        rows in {integer(scanned.ms)} ms
      </>
    );
  }
  return (
    <>
      {lengths}, to the {duration(step * 1000)}; largest differences first
    </>
  );
}

function Tools({ state, measure }: { readonly state: State; readonly measure: MeasureName }) {
  const windows = state.windows.value;
  const match = windows?.match ?? "all";
  const names: Record<MeasureName, string> = {
    requests: "requests / hour",
    bytes: "bytes / hour",
    errors: "errors / hour",
  };
  return (
    <>
      <label class="js-only">
        <span>against</span>
        <select data-do="match" value={match} disabled={windows === null}>
          <option value="hours" selected={match === "hours"}>
            the same hours of day
          </option>
          <option value="weekdays" selected={match === "weekdays"}>
            the same hours and weekday
          </option>
          <option value="all" selected={match === "all"}>
            the whole baseline
          </option>
        </select>
      </label>
      <label class="js-only">
        <span>compare</span>
        <select data-do="measure" value={measure}>
          {measureNames.map((name) => (
            <option key={name} value={name} selected={name === measure}>
              {names[name]}
            </option>
          ))}
        </select>
      </label>
      <span class="key incident">
        <i aria-hidden="true" />
        incident
      </span>
      <span class="key baseline">
        <i aria-hidden="true" />
        baseline
      </span>
    </>
  );
}

function Total({ total, measure }: { readonly total: Mover; readonly measure: MeasureName }) {
  return (
    <p class="total">
      All traffic: <strong>{amount(total.now, measure)}</strong> {measure} an hour, before{" "}
      {amount(total.before, measure)} <Badge {...total} />
    </p>
  );
}

interface DimensionProps {
  readonly state: State;
  readonly moved: Moved;
  readonly measure: MeasureName;
}

function Dimension({ state, moved, measure }: DimensionProps) {
  const { field, rows, distinct } = moved;
  const shown = rows.slice(0, ROWS);
  const rest = rows.slice(ROWS, 60);
  const most = Math.max(...rows.map(({ now, before }) => Math.max(now, before)));
  const row = (one: Mover) => (
    <Row key={one.where} state={state} field={field} row={one} most={most} measure={measure} />
  );
  return (
    <div class="dimension">
      <h3>
        {fieldTitle(field)} <small>{percent(moved.moved)} moved</small>
      </h3>
      <table>
        <Columns />
        <Titles />
        <tbody>{shown.map(row)}</tbody>
      </table>
      {rest.length > 0 && (
        <details>
          <summary>
            top {integer(shown.length)} of {integer(distinct)}
          </summary>
          <table>
            <Columns />
            <Titles />
            <tbody>{rest.map(row)}</tbody>
          </table>
          {distinct > shown.length + rest.length && (
            <p class="note">
              {integer(distinct - shown.length - rest.length)} more have less, or nothing in these
              times
            </p>
          )}
        </details>
      )}
      {rest.length === 0 && distinct > shown.length && (
        <p class="note">
          the other {integer(distinct - shown.length)} have less, or nothing in these times
        </p>
      )}
    </div>
  );
}

function Titles() {
  return (
    <thead class="hidden">
      <tr>
        <th scope="col">value</th>
        <th scope="col">incident</th>
        <th scope="col">baseline</th>
        <th scope="col">change</th>
      </tr>
    </thead>
  );
}

interface RowProps {
  readonly state: State;
  readonly field: string;
  readonly row: Mover;
  readonly most: number;
  readonly measure: MeasureName;
}

function Row({ state, field, row, most, measure }: RowProps) {
  const width = (value: number): string => `${((100 * value) / most).toFixed(2)}%`;
  return (
    <tr class={row.change === "same" ? "same" : ""}>
      <th scope="row">
        <Value state={state} field={field} value={row.value} where={row.where} />
        <span class="bars" aria-hidden="true">
          {row.now > 0 && <i class="incident" style={{ width: width(row.now) }} />}
          {row.before > 0 && <i class="baseline" style={{ width: width(row.before) }} />}
        </span>
      </th>
      <td>{amount(row.now, measure)}</td>
      <td class="before">{amount(row.before, measure)}</td>
      <td>
        <Badge {...row} />
      </td>
    </tr>
  );
}

function Badge({ change, factor }: Pick<Mover, "change" | "factor">) {
  if (change === "new") return <span class="badge new">new</span>;
  if (change === "gone") return <span class="badge gone">gone</span>;
  if (change === "same") return <span class="badge same">≈ same</span>;
  if (change === "up") return <span class="badge up">▲ {times(factor, { cap: 999 })}</span>;
  return <span class="badge down">▼ ÷{times(1 / factor, { cap: 999 }).replace("×", "")}</span>;
}
