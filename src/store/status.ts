import type { DuckDb } from "../engines/duckdb/engine.js";
import { completeness, type ThinHour } from "./completeness.js";
import { rowsIn, type State, type Totals } from "./ledger.js";
import type { Place } from "./place.js";
import { Snapshot } from "./snapshot.js";
import { objectRows } from "./stored.js";
import type { Workspace } from "./workspace.js";

export interface StoreStatus extends Totals {
  readonly commits: number;
  readonly rows: number;
  readonly bytes: number;
  readonly types: readonly TypeStatus[];
  /** The latest hours with far fewer objects than usual. */
  readonly thin_hours: readonly ThinHour[];
}

/** What the store holds of one log type. */
export interface TypeStatus {
  readonly log_type: string;
  readonly objects: number;
  readonly rows: number;
  readonly bytes: number;
  readonly files: number;
  readonly days: number;
  readonly from: string | null;
  readonly until: string | null;
  /** Hours between the first and the last; of how many the usual is known; how many are thin. */
  readonly hours: number;
  readonly known: number;
  readonly thin: number;
}

/** What the store holds, from its ledger alone: no data file is read. */
export async function status(db: DuckDb, place: Place, workspace: Workspace): Promise<StoreStatus> {
  const snapshot = await Snapshot.open(place, workspace, ({ objects }) =>
    objects.map((file) => file.path),
  );
  try {
    const { state } = snapshot;
    const objects = objectRows(state.objects.map((file) => snapshot.file(file.path)));
    const { byType, thin } = await completeness(db, objects);
    const hours = new Map(byType.map((one) => [one.log_type, one]));
    const names = new Set([
      ...state.files.map(({ log_type }) => log_type),
      ...Object.keys(state.formats),
    ]);
    const types = [...names].toSorted().map((log_type) => ({
      ...typeStatus(state, log_type),
      hours: hours.get(log_type)?.hours ?? 0,
      known: hours.get(log_type)?.known ?? 0,
      thin: hours.get(log_type)?.thin ?? 0,
    }));
    return {
      commits: state.commit,
      ...state.totals,
      rows: types.reduce((sum, { rows }) => sum + rows, 0),
      bytes: types.reduce((sum, { bytes }) => sum + bytes, 0),
      types,
      thin_hours: thin,
    };
  } finally {
    await snapshot.close();
  }
}

function typeStatus(state: State, log_type: string): Omit<TypeStatus, "hours" | "known" | "thin"> {
  const files = state.files.filter((file) => file.log_type === log_type);
  const times = files.flatMap(({ from, until }) => [from ?? [], until ?? []].flat()).toSorted();
  return {
    log_type,
    objects: state.formats[log_type] ?? 0,
    rows: rowsIn(files),
    bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
    files: files.length,
    days: new Set(files.map(({ day }) => day)).size,
    from: times[0] ?? null,
    until: times.at(-1) ?? null,
  };
}
