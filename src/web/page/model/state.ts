import { computed, signal, type ReadonlySignal, type Signal } from "@preact/signals";
import {
  measureNames,
  type MeasureName,
  type PageData,
  type Sides,
  type Windows,
} from "../../data.js";
import type { AlertsShown, BlockQuestion, BlockShown } from "../../live-data.js";
import { ranked, sidesOf, type Ranked } from "./sides.js";

/** What the page shows now; panels read only what they need, so that only they are drawn again. */
export interface State {
  readonly data: Signal<PageData>;
  readonly windows: Signal<Windows | null>;
  readonly measure: Signal<MeasureName>;
  /** The server's exact answer for the windows; undefined while it is asked, and in a file. */
  readonly exact: Signal<Sides | undefined>;
  readonly changed: ReadonlySignal<Ranked | undefined>;
  readonly sides: ReadonlySignal<Sides | undefined>;
  /** Said aloud by screen readers. */
  readonly said: Signal<string>;
  /** Absent in a file. */
  readonly live?: Live;
}

/** What only a page from a server has. */
export interface Live {
  /** Panels that are asked for: names of analyses, and `page`. */
  readonly pending: Signal<ReadonlySet<string>>;
  readonly problem: Signal<string | undefined>;
  /** New lines are shown as they come. */
  readonly follow: Signal<boolean>;
  /** There are new lines that are not shown. */
  readonly news: Signal<boolean>;
  readonly sql: Signal<SqlShown>;
  readonly alerts: Signal<Asked<AlertsShown>>;
  readonly block: Signal<Asked<BlockShown> & { readonly question?: BlockQuestion }>;
}

/** What the server is asked for by itself. */
export interface Asked<T> {
  readonly state: "idle" | "running" | "done" | "failed";
  readonly answer?: T;
  readonly problem?: string;
}

/** A query and its answer. */
export interface SqlShown {
  readonly query: string;
  readonly state: "idle" | "running" | "done" | "failed";
  readonly answer?: {
    readonly columns: readonly string[];
    readonly rows: readonly (readonly (string | null)[])[];
    readonly more: boolean;
    readonly ms: number;
  };
  readonly problem?: string;
}

export function createState(first: PageData, live?: Live): State {
  const data = signal(first);
  const windows = signal<Windows | null>(first.windows);
  const measure = signal<MeasureName>("requests");
  const exact = signal<Sides | undefined>(undefined);
  const sides = computed(() => {
    const { cube, series, zone } = data.value;
    if (windows.value === null || series === null) return undefined;
    return exact.value ?? sidesOf(cube, series, windows.value, zone);
  });
  const changed = computed(
    () => sides.value && ranked(sides.value, measureNames.indexOf(measure.value) as 0 | 1 | 2),
  );
  const state = { data, windows, measure, exact, sides, changed, said: signal("") };
  return live === undefined ? state : { ...state, live };
}
