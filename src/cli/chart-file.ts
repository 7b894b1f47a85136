import { writeFile } from "node:fs/promises";
import path from "node:path";
import { recent } from "../analyses/page/recent.js";
import { chartSvg } from "../outputs/chart.js";
import { Exit, Problem } from "../problems/problem.js";
import { writeWhole } from "../store/whole-file.js";
import { badFlag } from "./parse-flags.js";
import type { Io } from "./io.js";
import { sourceNote } from "./notes.js";
import type { Session } from "./session.js";

/** Refuses a picture that cannot be made, before anything is read. */
export function checkChart(file: string): "svg" | "png" {
  const kind = path.extname(file).toLowerCase();
  if (kind === ".svg") return "svg";
  if (kind === ".png") return "png";
  throw badFlag("--chart", file, "The extension is neither .svg nor .png");
}

/** Draws the traffic of the last hour and the last day into a file. */
export async function writeChart({ scope, sources }: Session, file: string, io: Io): Promise<void> {
  const svg = chartSvg(await recent(scope), sourceNote(sources), scope.zone);
  const picture = checkChart(file) === "svg" ? svg : await png(svg);
  await writeWhole(path.resolve(io.cwd, file), (draft) => writeFile(draft, picture));
}

async function png(svg: string): Promise<Buffer> {
  const library = await import("@resvg/resvg-js").catch((cause: unknown) => {
    throw new Problem({
      code: "no-resvg",
      what: "There is no library to draw a PNG with",
      why: "culprit was installed without its optional dependencies",
      help: "npm install @resvg/resvg-js, or take --chart FILE.svg",
      exit: Exit.usage,
      cause,
    });
  });
  return new library.Resvg(svg).render().asPng();
}
