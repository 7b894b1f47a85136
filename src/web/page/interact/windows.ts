import type { Series, Span, Windows } from "../../data.js";
import { amount } from "../model/format.js";
import type { State } from "../model/state.js";
import { HOUR, parseSpan, spanText, timeText } from "../model/times.js";
import { endOf, valuesOf } from "../panels/Timeline.js";

type Kind = "incident" | "baseline";
/** A drag of one edge, of the whole box, or of a new one. */
type Edge = 0 | 1 | "both";

/** How windows change: a step of a drag, or the end of one, which is kept. */
export type Change = (windows: Windows, final: boolean) => void;

const sizeOf = ({ step }: Series): number => step * 1000;

const snap = (series: Series, time: number): number => {
  const size = sizeOf(series);
  const at = series.from + Math.round((time - series.from) / size) * size;
  return Math.min(endOf(series), Math.max(series.from, at));
};

/** At least one bin long and within the series. */
function fitted(series: Series, [a, b]: Span): Span {
  const [from, until] = [snap(series, Math.min(a, b)), snap(series, Math.max(a, b))];
  if (until > from) return [from, until];
  const size = sizeOf(series);
  return from + size <= endOf(series) ? [from, from + size] : [until - size, until];
}

/** The windows with one of them changed; a first one gets the other: all of the log before, or after. */
export function changed(series: Series, before: Windows | null, kind: Kind, span: Span): Windows {
  if (before !== null) {
    return { ...before, [kind]: span, ...(kind === "baseline" && { without: [] }) };
  }
  const [from, until]: Span = [series.from, endOf(series)];
  const other: Span = span[0] - from >= until - span[1] ? [from, span[0]] : [span[1], until];
  const both =
    kind === "incident" ? { incident: span, baseline: other } : { incident: other, baseline: span };
  return { ...both, match: "all", without: [] };
}

/** Moves the two times by mouse, touch, keyboard and text. */
export function moveWindows(state: State, change: Change): void {
  const series = (): Series | null => state.data.value.series;
  const set = (kind: Kind, span: Span, final: boolean): void => {
    const own = series();
    if (own === null) return;
    const next = changed(own, state.windows.value, kind, fitted(own, span));
    change(next, final);
    if (final) state.said.value = `${kind} ${spanText(next[kind], state.data.value.zone)}`;
  };
  drags(state, set);
  keys(state, set);
  typed(state, set);
  spans(state, set);
  cursor(state);
}

type SetWindow = (kind: Kind, span: Span, final: boolean) => void;

const plotOf = (target: EventTarget | null): HTMLElement | null =>
  target instanceof Element ? target.closest<HTMLElement>("[data-plot]") : null;

function timeAt(plot: HTMLElement, series: Series, x: number): number {
  const { left, width } = plot.getBoundingClientRect();
  const part = Math.min(1, Math.max(0, (x - left) / width));
  return series.from + part * (endOf(series) - series.from);
}

const handleOf = (target: EventTarget | null): { kind: Kind; edge: Edge } | undefined => {
  const handle = target instanceof Element ? target.closest<HTMLElement>("[data-box]") : null;
  if (handle === null) return undefined;
  const { box, edge } = handle.dataset;
  return { kind: box as Kind, edge: edge === "both" ? "both" : edge === "0" ? 0 : 1 };
};

/** Pixels from which on a press is a drag. */
const SLIP = 4;

function drags(state: State, set: SetWindow): void {
  document.addEventListener("pointerdown", (down) => {
    const plot = plotOf(down.target);
    const { series } = state.data.value;
    if (plot === null || series === null || down.button !== 0) return;
    const held = handleOf(down.target);
    const kind = held?.kind ?? (down.altKey ? "baseline" : "incident");
    const start = timeAt(plot, series, down.clientX);
    const own = held && state.windows.value?.[held.kind];
    let span: Span | undefined;
    let moved = false;
    const move = (event: PointerEvent): void => {
      if (event.pointerId !== down.pointerId) return;
      moved ||= Math.abs(event.clientX - down.clientX) >= SLIP;
      if (!moved) return;
      event.preventDefault();
      span = dragged(series, own, held?.edge, start, timeAt(plot, series, event.clientX));
      set(kind, span, false);
    };
    const end = (event: PointerEvent): void => {
      if (event.pointerId !== down.pointerId) return;
      document.removeEventListener("pointermove", move);
      document.removeEventListener("pointerup", end);
      document.removeEventListener("pointercancel", end);
      if (span !== undefined) set(kind, span, true);
    };
    document.addEventListener("pointermove", move, { passive: false });
    document.addEventListener("pointerup", end);
    document.addEventListener("pointercancel", end);
    // Text is not selected while a window is drawn.
    if (held === undefined) down.preventDefault();
  });
}

function dragged(
  series: Series,
  own: Span | undefined,
  edge: Edge | undefined,
  start: number,
  now: number,
): Span {
  if (own === undefined || edge === undefined) return [start, now];
  if (edge === 0) return [now, own[1]];
  if (edge === 1) return [own[0], now];
  return shifted(series, own, now - start);
}

/** The same length elsewhere, as far as the series goes. */
function shifted(series: Series, [from, until]: Span, by: number): Span {
  const least = series.from - from;
  const most = endOf(series) - until;
  const step = Math.min(most, Math.max(least, by));
  return [from + step, until + step];
}

function keys(state: State, set: SetWindow): void {
  document.addEventListener("keydown", (event) => {
    const { series } = state.data.value;
    const held = handleOf(event.target);
    const windows = state.windows.value;
    if (held === undefined || series === null || windows === null) return;
    const own = windows[held.kind];
    const { edge } = held;
    const step = stepOf(event, series);
    const ends: Record<string, number> = { Home: series.from, End: endOf(series) };
    const to = ends[event.key];
    if (step === undefined && to === undefined) return;
    event.preventDefault();
    if (edge === "both") {
      const by = step ?? (to ?? 0) - (event.key === "Home" ? own[0] : own[1]);
      set(held.kind, shifted(series, own, by), true);
      return;
    }
    const size = sizeOf(series);
    const other = own[edge === 0 ? 1 : 0];
    const wanted = step === undefined ? (to ?? 0) : own[edge] + step;
    const time = edge === 0 ? Math.min(wanted, other - size) : Math.max(wanted, other + size);
    set(held.kind, edge === 0 ? [time, other] : [other, time], true);
  });
}

function stepOf(event: KeyboardEvent, series: Series): number | undefined {
  const size = sizeOf(series);
  const hour = Math.max(size, HOUR);
  const steps: Record<string, number> = {
    ArrowLeft: -size,
    ArrowDown: -size,
    ArrowRight: size,
    ArrowUp: size,
    PageUp: hour,
    PageDown: -hour,
  };
  const step = steps[event.key];
  return step === undefined ? undefined : step * (event.shiftKey ? 10 : 1);
}

function typed(state: State, set: SetWindow): void {
  const apply = (input: HTMLInputElement): void => {
    const { zone, series } = state.data.value;
    const kind = input.dataset["range"] as Kind;
    const span = parseSpan(input.value, zone);
    const fits =
      span !== undefined && series !== null && span[1] > series.from && span[0] < endOf(series);
    input.setAttribute("aria-invalid", String(!fits));
    input.title = fits ? "" : "Write it as 2026-11-05 03:00..05:00, within the log";
    if (fits) set(kind, span, true);
  };
  document.addEventListener("change", (event) => {
    if (event.target instanceof HTMLInputElement && event.target.matches("[data-range]")) {
      apply(event.target);
    }
  });
}

/** Buttons that make a time of the log the incident. */
function spans(state: State, set: SetWindow): void {
  document.addEventListener("click", ({ target }) => {
    const button = target instanceof Element ? target.closest<HTMLElement>("[data-span]") : null;
    const [from, until] = (button?.dataset["span"] ?? "").split(",").map(Number);
    if (from === undefined || until === undefined) return;
    set("incident", [from, until], true);
    document.getElementById("timeline")?.scrollIntoView({ block: "nearest" });
  });
}

/** Says what lies under the pointer. */
function cursor(state: State): void {
  document.addEventListener("pointermove", (event) => {
    const plot = plotOf(event.target);
    const { series, zone } = state.data.value;
    for (const one of document.querySelectorAll<HTMLElement>(".cursor")) one.hidden = plot === null;
    const own = plot?.querySelector<HTMLElement>(".cursor");
    if (plot === null || own === null || own === undefined || series === null) return;
    const measure = state.measure.value;
    const values = valuesOf(series, measure);
    const at = Math.min(
      values.length - 1,
      Math.floor((timeAt(plot, series, event.clientX) - series.from) / sizeOf(series)),
    );
    const errors =
      measure === "requests" ? `, ${amount(series.errors[at] ?? 0, "errors")} errors` : "";
    const part = (at + 0.5) / values.length;
    own.style.left = `${100 * part}%`;
    own.classList.toggle("left", part > 0.7);
    const output = own.querySelector("output");
    if (output !== null) {
      output.value = `${timeText(series.from + at * sizeOf(series), zone)}: ${amount(values[at] ?? 0, measure)} ${measure}${errors}`;
    }
  });
}
