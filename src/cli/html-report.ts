import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat, writeFile } from "node:fs/promises";
import path from "node:path";
import type { ReportResult } from "../analyses/report.js";
import type { Verdicts } from "../analyses/verdicts.js";
import type { Wording } from "../findings/verdict.js";
import { shellWord } from "../outputs/escape.js";
import { bytes } from "../outputs/numbers.js";
import { Exit, Problem } from "../problems/problem.js";
import { writeWhole } from "../store/whole-file.js";
import type { Input, PageData, Reject } from "../web/data.js";
import { reportHtml } from "../web/html.js";
import { pageAnswers } from "../web/page-data.js";
import type { Io } from "./io.js";
import { parseSize } from "./parse-flags.js";
import type { Session } from "./session.js";
import { version } from "./version.js";

export interface HtmlFlags {
  readonly html?: string;
  readonly maxSize: string;
}

/** What the report has found, whatever it is written to. */
interface Known {
  readonly result: ReportResult;
  readonly verdicts: Verdicts;
}

/** Largest values of each field, fewer until the report is small enough. */
const VALUES = [40, 20, 10, 5];

/** Rejected lines that are shown. */
const REJECTS = 20;

/** Writes the report as one file of HTML and returns its size in bytes. */
export async function writeHtml(
  session: Session,
  { result, verdicts }: Known,
  limit: number,
  wording: Wording,
  flags: HtmlFlags & { readonly html: string },
  io: Io,
): Promise<number> {
  const most = parseSize("--max-size", flags.maxSize);
  const command = `culprit report ${wording.sources} --html ${shellWord(flags.html)}`;
  const known = await inputData(session, command, io);
  const { scope, derived } = session;
  let size = 0;
  for (const values of VALUES) {
    const options = { result, verdicts, derived, limit, values, wording };
    const answers = await pageAnswers(scope, options);
    const html = Buffer.from(await reportHtml({ ...known, ...answers }), "utf8");
    size = html.length;
    if (size > most) continue;
    await writeWhole(path.resolve(io.cwd, flags.html), (draft) => writeFile(draft, html));
    return size;
  }
  throw new Problem({
    code: "report-too-large",
    what: `The report would have ${bytes(size)}, more than --max-size ${flags.maxSize}`,
    help: "Allow more with --max-size, or ask for less: --limit 5, --since, --where",
    exit: Exit.usage,
  });
}

/** What is known of the page before anything is asked. */
export async function inputData(
  { sources, formats, accounting, lake }: Session,
  command: string,
  io: Io,
): Promise<
  Pick<
    PageData,
    | "schema_version"
    | "version"
    | "made_at"
    | "command"
    | "inputs"
    | "formats"
    | "accounting"
    | "rejects"
    | "where"
  >
> {
  const inputs: Input[] = [];
  for (const name of sources) inputs.push(await hashed(name, io));
  const rejects: Reject[] = [];
  if (lake !== undefined) for await (const reject of lake.rejects(REJECTS)) rejects.push(reject);
  return {
    schema_version: 1,
    version: version(),
    made_at: io.now().getTime(),
    command,
    inputs,
    formats,
    accounting: { ...accounting },
    rejects,
    where: [],
  };
}

/** A file with its size and hash; of anything else only the name. */
async function hashed(name: string, { cwd, signal }: Io): Promise<Input> {
  const file = path.resolve(cwd, name);
  const stats = await stat(file).catch(() => undefined);
  if (stats === undefined || !stats.isFile()) return { name, bytes: null, sha256: null };
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(file, { signal, highWaterMark: 1 << 20 })) {
    hash.update(chunk as Buffer);
  }
  return { name, bytes: stats.size, sha256: hash.digest("hex") };
}
