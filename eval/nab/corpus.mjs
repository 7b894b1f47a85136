import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

/**
 * The series of the benchmark with their labelled windows, from a copy of its folders `data` and
 * `labels` (github.com/numenta/NAB).
 *
 * @param {string} folder
 * @returns {{ name: string, times: string[], values: number[], windows: [string, string][] }[]}
 */
export function readNab(folder) {
  if (!existsSync(path.join(folder, "labels"))) return [];
  const labels = JSON.parse(
    readFileSync(path.join(folder, "labels/combined_windows.json"), "utf8"),
  );
  return Object.keys(labels).map((name) => {
    const text = readFileSync(path.join(folder, "data", name), "utf8");
    const [, ...lines] = text.trim().split(/\r?\n/);
    const rows = lines.map((line) => line.split(","));
    return {
      name,
      times: rows.map(([time = ""]) => time),
      values: rows.map(([, value]) => Number(value)),
      windows: labels[name].map((/** @type {string[]} */ window) =>
        window.map((time) => time.replace(/\.0+$/, "")),
      ),
    };
  });
}
