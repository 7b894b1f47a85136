import path from "node:path";
import { pathToFileURL } from "node:url";
import { culprit, folder } from "../cli/culprit.js";

/** Makes a report of logs and returns its address. */
export async function reportOf(
  name: string,
  sources: readonly string[],
  flags: readonly string[] = [],
): Promise<string> {
  const file = path.join(folder, `${name}.html`);
  const { code, err } = await culprit(["report", ...sources, "--html", file, ...flags]);
  if (code !== 0) throw new Error(err);
  return pathToFileURL(file).href;
}

export const shop = path.resolve("examples/shop.log");

let made: Promise<string> | undefined;

/** The report of the example, made once. */
export function shopReport(): Promise<string> {
  made ??= reportOf("shop", [shop]);
  return made;
}
