import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const open = new Set<string>();
let watching = false;

/** Removes what is left when the process ends, whatever ends it (SIGKILL excepted). */
function watchExit(): void {
  if (watching) return;
  watching = true;
  process.once("exit", () => {
    for (const folder of open) rmSync(folder, { recursive: true, force: true });
  });
}

/** A private folder for one run's temporary files; gone when the run ends. */
export class Workspace {
  private constructor(readonly folder: string) {}

  static create(parent: string = tmpdir()): Workspace {
    watchExit();
    const folder = mkdtempSync(path.join(parent, "culprit-"));
    open.add(folder);
    return new Workspace(folder);
  }

  path(name: string): string {
    return path.join(this.folder, name);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
    open.delete(this.folder);
  }
}
