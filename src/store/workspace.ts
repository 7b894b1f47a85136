import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Exit, Problem } from "../problems/problem.js";
import { leave, remove } from "./left-behind.js";

/** A private folder for one run's temporary files; gone when the run ends. */
export class Workspace {
  private constructor(readonly folder: string) {}

  static create(parent: string = tmpdir()): Workspace {
    const folder = makeFolder(parent);
    leave(folder);
    return new Workspace(folder);
  }

  path(name: string): string {
    return path.join(this.folder, name);
  }

  remove(): void {
    remove(this.folder);
  }
}

function makeFolder(parent: string): string {
  try {
    return mkdtempSync(path.join(parent, "culprit-"));
  } catch (error) {
    throw new Problem({
      code: "no-temporary-folder",
      what: "There is no place for temporary files",
      where: parent,
      why: error instanceof Error ? error.message : String(error),
      help: "Point TMPDIR to a folder that may be written to",
      exit: Exit.usage,
      cause: error,
    });
  }
}
