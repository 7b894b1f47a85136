import { duration } from "../../../outputs/numbers.js";
import { stepName } from "../../../findings/steps.js";
import type { MeasureName, Series, Span, Windows } from "../../data.js";
import { amount } from "../model/format.js";
import type { State } from "../model/state.js";
import { baselineSpans, spanText, timeText } from "../model/times.js";
import { areaPath, linePath } from "../parts/plot.js";
import { Card } from "../parts/Card.js";
import { timeTicks, valueTicks } from "../parts/scales.js";

export const endOf = ({ from, step, requests }: Series): number =>
  from + requests.length * step * 1000;

/** Where a time lies between the ends of the series, in per cent. */
export function placeIn(series: Series): (time: number) => number {
  const length = endOf(series) - series.from;
  return (time) => Math.min(100, Math.max(0, (100 * (time - series.from)) / length));
}

const percents = (value: number): string => `${value.toFixed(3)}%`;

export const valuesOf = (series: Series, measure: MeasureName): readonly number[] =>
  measure === "requests"
    ? series.requests
    : measure === "bytes"
      ? series.bytes_sent
      : series.errors;

/** Traffic over time, with the two times that are compared. */
export function Timeline({ state }: { readonly state: State }) {
  const { series, zone } = state.data.value;
  if (series === null) return null;
  const measure = state.measure.value;
  const windows = state.windows.value;
  const title = measure === "bytes" ? "Bytes" : measure === "errors" ? "Errors" : "Requests";
  return (
    <Card
      id="timeline"
      wide
      title={`${title} per ${stepName(series.step)}`}
      note={zone}
      tools={<Ranges state={state} windows={windows} zone={zone} />}
    >
      <Plot state={state} series={series} />
      <p class="note js-only keys">
        Drag on the chart: incident · <kbd>Alt</kbd> drag: baseline · <kbd>Tab</kbd> to an edge,
        then <kbd>←</kbd> <kbd>→</kbd> one step, <kbd>Shift</kbd> ten, <kbd>PgUp</kbd>{" "}
        <kbd>PgDn</kbd> an hour · <kbd>a</kbd> as found, <kbd>u</kbd> undo
      </p>
    </Card>
  );
}

interface RangesProps {
  readonly state: State;
  readonly windows: Windows | null;
  readonly zone: string;
}

/** The two times as text that can be typed. */
function Ranges({ windows, zone }: RangesProps) {
  const field = (kind: "baseline" | "incident") => {
    const text = windows === null ? "" : spanText(windows[kind], zone);
    return (
      <label class={`range ${kind}`}>
        <i aria-hidden="true" />
        <span>{kind === "baseline" ? "Baseline" : "Incident"}</span>
        <input
          type="text"
          data-range={kind}
          value={text}
          size={Math.max(28, text.length)}
          placeholder="2026-11-05 03:00..05:00"
          spellcheck={false}
          autocomplete="off"
        />
      </label>
    );
  };
  return (
    <>
      {field("baseline")}
      {field("incident")}
      <button
        type="button"
        class="js-only"
        data-do="auto"
        title="The times as culprit found them (a)"
      >
        As found
      </button>
    </>
  );
}

function Plot({ state, series }: { readonly state: State; readonly series: Series }) {
  const { zone } = state.data.value;
  const measure = state.measure.value;
  const values = valuesOf(series, measure);
  const ticks = valueTicks(
    values.reduce((most, value) => Math.max(most, value), 0),
    measure === "bytes",
  );
  const most = ticks.at(-1) ?? 1;
  const place = placeIn(series);
  const peak = values.reduce((best, value, at) => (value > (values[best] ?? 0) ? at : best), 0);
  const says =
    `${values.length} steps of ${stepName(series.step)} from ${timeText(series.from, zone)}; most: ` +
    `${amount(values[peak] ?? 0, measure)} at ${timeText(series.from + peak * series.step * 1000, zone)}`;
  return (
    <div class="chart">
      <div class="y-axis" aria-hidden="true">
        {ticks.map((tick) => (
          <span key={tick} style={{ bottom: percents((100 * tick) / most) }}>
            {amount(tick, measure)}
          </span>
        ))}
      </div>
      <div class="plot" data-plot>
        {ticks.map((tick) => (
          <i key={tick} class="grid" style={{ bottom: percents((100 * tick) / most) }} />
        ))}
        <Matched state={state} series={series} />
        <svg
          viewBox={`0 0 ${values.length} 1`}
          preserveAspectRatio="none"
          role="img"
          aria-label={says}
        >
          <path class="area" d={areaPath(values, most)} />
          <path class="line" d={linePath(values, most)} />
          {measure === "requests" && <path class="errors" d={linePath(series.errors, most)} />}
        </svg>
        <Boxes state={state} series={series} />
        <div class="cursor" hidden>
          <i />
          <output />
        </div>
      </div>
      <div class="x-axis" aria-hidden="true">
        {timeTicks(series.from, endOf(series), zone).map(({ at, label, day }, index) => (
          <span
            key={at}
            class={`${day ? "day" : ""} ${index % 2 === 1 && !day ? "odd" : ""}`}
            style={{ left: percents(place(at)) }}
          >
            {label}
          </span>
        ))}
      </div>
      <p class="legend">
        <span class="swatch line">{measure}</span>
        {measure === "requests" && <span class="swatch errors">errors (status 4xx, 5xx)</span>}
      </p>
    </div>
  );
}

/** The parts of the baseline that count. */
function Matched({ state, series }: { readonly state: State; readonly series: Series }) {
  const windows = state.windows.value;
  if (windows === null || windows.match === "all") return null;
  const place = placeIn(series);
  return (
    <>
      {baselineSpans(windows, state.data.value.zone).map(([from, until]) => (
        <i
          key={from}
          class="matched"
          style={{ left: percents(place(from)), width: percents(place(until) - place(from)) }}
        />
      ))}
    </>
  );
}

function Boxes({ state, series }: { readonly state: State; readonly series: Series }) {
  const windows = state.windows.value;
  if (windows === null) return null;
  const { match } = windows;
  const how =
    match === "hours" ? ", same hours" : match === "weekdays" ? ", same hours and weekday" : "";
  const length = ([from, until]: Span): string => duration(until - from);
  return (
    <>
      <Box
        state={state}
        series={series}
        kind="baseline"
        label={`baseline ${length(windows.baseline)}`}
        how={how}
      />
      <Box
        state={state}
        series={series}
        kind="incident"
        label={`incident ${length(windows.incident)}`}
      />
    </>
  );
}

interface BoxProps {
  readonly state: State;
  readonly series: Series;
  readonly kind: "baseline" | "incident";
  readonly label: string;
  readonly how?: string;
}

function Box({ state, series, kind, label, how }: BoxProps) {
  const { zone } = state.data.value;
  const span = state.windows.value?.[kind] ?? [series.from, series.from];
  const place = placeIn(series);
  const [left, right] = [place(span[0]), place(span[1])];
  const grip = (edge: 0 | 1) => (
    <div
      class={`grip ${edge === 0 ? "from" : "until"}`}
      role="slider"
      tabIndex={0}
      aria-label={`${kind} ${edge === 0 ? "begins" : "ends"}`}
      aria-orientation="horizontal"
      aria-valuemin={series.from}
      aria-valuemax={endOf(series)}
      aria-valuenow={span[edge]}
      aria-valuetext={`${timeText(span[edge], zone)} ${zone}`}
      data-box={kind}
      data-edge={edge}
    />
  );
  return (
    <div
      class={`box ${kind}`}
      style={{
        left: percents(left),
        width: percents(Math.max(0.15, right - left)),
        "--left": (left / 100).toFixed(4),
        "--length": label.length,
      }}
    >
      <button
        type="button"
        class="move"
        data-box={kind}
        data-edge="both"
        aria-label={`Move the ${kind}, ${spanText(span, zone)}`}
      >
        <span>
          {label}
          {how !== undefined && <span class="how">{how}</span>}
        </span>
      </button>
      {grip(0)}
      {grip(1)}
    </div>
  );
}
