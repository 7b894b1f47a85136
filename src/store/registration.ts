import type { Registration } from "../engines/remote.js";
import type { State } from "./ledger.js";

/** What an engine elsewhere must know of a store; `place` is where it sees the folder `requests`. */
export function registrationOf({ files }: State, place: string): Registration {
  const partitions = new Map(
    files.map(({ log_type, day }) => [`${log_type}/${day}`, { log_type, day }]),
  );
  return {
    place,
    derived: [...new Set(files.flatMap((file) => file.derived))].toSorted(),
    partitions: [...partitions.values()],
  };
}
