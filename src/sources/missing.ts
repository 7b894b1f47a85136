import { readdir, stat } from "node:fs/promises";
import path from "node:path";

/** Why a path leads nowhere, and which neighbours were perhaps meant; `show` writes a path for people. */
export async function whyMissing(
  absolute: string,
  show: (absolute: string) => string,
): Promise<{ why?: string; help?: string }> {
  let wanted = absolute;
  let folder = path.dirname(wanted);
  let found = await kindOf(folder);
  while (found === "nothing" && folder !== path.dirname(folder)) {
    wanted = folder;
    folder = path.dirname(folder);
    found = await kindOf(folder);
  }
  if (found === "file") return { why: `${show(folder)} is a file, not a folder` };
  const names = await readdir(folder).catch(() => []);
  const near = nearest(path.basename(wanted), names).map((name) => show(path.join(folder, name)));
  return {
    ...(wanted === absolute ? {} : { why: `there is no folder ${show(wanted)}` }),
    ...(near.length > 0 ? { help: `did you mean ${near.join(" or ")}?` } : {}),
  };
}

async function kindOf(absolute: string): Promise<"folder" | "file" | "nothing"> {
  const stats = await stat(absolute).catch(() => undefined);
  if (!stats) return "nothing";
  return stats.isDirectory() ? "folder" : "file";
}

/**
 * At most three names that a mistyped one was perhaps meant to be, the likeliest first.
 *
 * @example
 * nearest("acces.log", ["access.log", "error.log", "cron"]) // ["access.log"]
 */
export function nearest(wanted: string, names: readonly string[]): string[] {
  const tolerance = Math.max(1, Math.floor(wanted.length / 4));
  return names
    .map((name) => ({
      name,
      far: distance(wanted, name, tolerance),
      longer: Math.abs(name.length - wanted.length),
    }))
    .filter(({ far }) => far <= tolerance)
    .toSorted((a, b) => a.far - b.far || a.longer - b.longer || (a.name < b.name ? -1 : 1))
    .slice(0, 3)
    .map(({ name }) => name);
}

/** Edits from one name to the other; a missing or added ending such as `.gz` counts as one. */
function distance(wanted: string, name: string, limit: number): number {
  const a = wanted.toLowerCase();
  const b = name.toLowerCase();
  if (b.startsWith(`${a}.`) || a.startsWith(`${b}.`)) return 1;
  if (Math.abs(a.length - b.length) > limit) return Infinity;
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
