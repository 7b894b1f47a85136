/** @typedef {{ command: string, usage: import("./measure.mjs").Usage }} Row */

/**
 * A contest as a Markdown table; the first contender is the measure of the others.
 * @param {readonly Row[]} rows
 */
export function table(rows) {
  const first = rows[0]?.usage.wall ?? NaN;
  const lines = rows.map(({ command, usage: { wall, user, sys, peak } }) => [
    `\`${command.replaceAll("|", "\\|")}\``,
    wall.toFixed(2),
    (user + sys).toFixed(2),
    String(Math.round(peak / 2 ** 20)),
    `${(wall / first).toFixed(2)} ×`,
  ]);
  const head = ["command", "wall s", "CPU s", "peak MiB", "time of the first"];
  const bar = ["---", "--:", "--:", "--:", "--:"];
  return [head, bar, ...lines].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
