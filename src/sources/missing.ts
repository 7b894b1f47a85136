import { readdir, stat } from "node:fs/promises";
import path from "node:path";

/** Why a path leads nowhere, and the names that were perhaps meant. */
export async function whyMissing(absolute: string): Promise<{ why?: string; help?: string }> {
  let wanted = absolute;
  let folder = path.dirname(wanted);
  while (folder !== path.dirname(folder) && !(await exists(folder))) {
    wanted = folder;
    folder = path.dirname(folder);
  }
  const names = await readdir(folder).catch(() => []);
  const near = nearest(path.basename(wanted), names);
  const why = wanted === absolute ? undefined : whyNot(wanted, await exists(folder));
  return {
    ...(why === undefined ? {} : { why }),
    ...(near.length > 0
      ? { help: `did you mean ${near.map((name) => path.join(folder, name)).join(" or ")}?` }
      : {}),
  };
}

function whyNot(wanted: string, folderExists: boolean): string {
  return folderExists ? `there is no folder ${wanted}` : `${wanted} does not exist`;
}

async function exists(folder: string): Promise<boolean> {
  return stat(folder).then(
    () => true,
    () => false,
  );
}

/**
 * At most three names that a mistyped one was perhaps meant to be, the likeliest first.
 *
 * @example
 * nearest("acces.log", ["access.log", "error.log", "cron"]) // ["access.log"]
 */
export function nearest(wanted: string, names: readonly string[]): string[] {
  const tolerance = Math.max(1, Math.floor(wanted.length / 4));
  const scored = names.map((name) => ({ name, far: distance(wanted, name) }));
  return scored
    .filter(({ far }) => far <= tolerance)
    .sort((a, b) => a.far - b.far || (a.name < b.name ? -1 : 1))
    .slice(0, 3)
    .map(({ name }) => name);
}

/** Edits from one name to the other; a missing or added ending such as `.gz` counts as one. */
function distance(wanted: string, name: string): number {
  const a = wanted.toLowerCase();
  const b = name.toLowerCase();
  if (b.startsWith(`${a}.`) || a.startsWith(`${b}.`)) return 1;
  let before = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (before[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(change, (before[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    before = row;
  }
  return before[b.length] ?? 0;
}
