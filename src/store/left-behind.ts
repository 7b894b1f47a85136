import { rmSync } from "node:fs";

const places = new Set<string>();
let watching = false;

/** Has a file or folder removed when the process ends, whatever ends it (SIGKILL excepted). */
export function leave(place: string): void {
  places.add(place);
  if (watching) return;
  watching = true;
  process.once("exit", () => {
    for (const left of places) rmSync(left, { recursive: true, force: true });
  });
}

/** Removes a file or folder now. */
export function remove(place: string): void {
  rmSync(place, { recursive: true, force: true });
  places.delete(place);
}
