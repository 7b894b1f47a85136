import { readFile } from "node:fs/promises";
import path from "node:path";
import type { WafSettings } from "../outputs/apply/waf.js";
import { checkBucket, written, type BlockList } from "../outputs/blocklists/blocklist.js";
import { blockTarget } from "../outputs/blocklists/registry.js";
import { listedIn } from "../outputs/reports/block-rows.js";
import { Exit, Problem } from "../problems/problem.js";
import { apply } from "./block-apply.js";
import { instantOf, spanOf } from "./block-flags.js";
import type { Io } from "./io.js";
import { shapeOf, writeText, type OutputFlags } from "./output.js";
import { badFlag } from "./parse-flags.js";
import type { LogFlags } from "./session.js";

/** The flags of `culprit block`, as commander gives them. */
export interface BlockFlags extends LogFlags, OutputFlags {
  readonly target: string;
  readonly by: "requests" | "bytes";
  readonly entries?: string;
  readonly band: "likely" | "strong";
  readonly only?: readonly string[];
  readonly allow?: readonly string[];
  readonly includeShared?: boolean;
  readonly crawlerRanges?: readonly string[];
  readonly verifyDns?: boolean;
  readonly replay?: string;
  readonly prices?: string;
  readonly service?: string;
  readonly for?: string;
  readonly undo?: boolean;
  readonly expire: string;
  readonly at?: string;
  readonly bucket?: string;
  readonly plan?: string;
  readonly apply?: "dry-run" | "now";
  readonly ipSet?: string;
  readonly scope: WafSettings["scope"];
}

/** What a list says beside its entries. */
export type Listing = Omit<BlockList, "entries">;

/** What the flags say of a list; faults of them are told before anything is read. */
export function listingOf({
  expire,
  at,
  bucket,
  for: name,
  undo,
  apply: when,
  output,
}: BlockFlags): Listing {
  const ms = spanOf("--expire", expire);
  const seconds = Math.max(1, Math.round(ms / 1000));
  if (undo === true && name === undefined) {
    throw badFlag("--undo", "", "It goes with --for: what takes it back differs");
  }
  if (when !== undefined && name !== "aws-waf" && name !== "s3-policy") {
    throw badFlag(
      "--apply",
      when,
      "It goes with --for aws-waf or --for s3-policy: others have no API",
    );
  }
  if (name !== undefined) checkBucket(blockTarget(name), { ...(bucket && { bucket }) });
  else if (output !== undefined) shapeOf({ output, color: "never" });
  return {
    seconds,
    ...(at === undefined ? {} : { until: new Date(instantOf("--at", at).getTime() + ms) }),
    ...(bucket === undefined ? {} : { bucket: bucketName(bucket) }),
  };
}

/** A name that S3 allows, so that it may stand in an ARN. */
function bucketName(text: string): string {
  const name = text.replace(/^s3:\/\//, "").replace(/\/$/, "");
  if (/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name)) return name;
  throw badFlag("--bucket", text, "It is not the name of a bucket");
}

/** Writes or applies the entries of a plan that was kept. */
export async function fromPlan(
  file: string,
  sources: readonly string[],
  flags: BlockFlags,
  listing: Listing,
  io: Io,
): Promise<typeof Exit.ok> {
  if (sources.length > 0) throw badFlag("--plan", file, "It goes without sources: nothing is read");
  if (flags.for === undefined) {
    throw badFlag("--plan", file, "It goes with --for: say what the plan is written for");
  }
  const text = await readFile(path.resolve(io.cwd, file), "utf8").catch((cause: Error) => {
    throw new Problem({
      code: "bad-plan",
      what: "The plan cannot be read",
      where: `--plan ${file}`,
      why: cause.message,
      help: "Write one with: culprit block access.log -o plan.json",
      exit: Exit.usage,
      cause,
    });
  });
  const { entries, added } = listedIn(text, file);
  await deliver(flags.for, { list: { ...listing, entries }, ...(added && { added }) }, flags, io);
  return Exit.ok;
}

/** Writes the list, or puts it in place. */
export async function deliver(
  name: string,
  { list, added }: { readonly list: BlockList; readonly added?: readonly string[] },
  flags: BlockFlags,
  io: Io,
): Promise<void> {
  if (flags.apply !== undefined) {
    await apply(name, { list, ...(added && { added }) }, flags, flags.apply, io);
    return;
  }
  const text = written(blockTarget(name), list, flags.undo === true);
  await writeText([text.replace(/\n$/, "")], flags, io);
}
