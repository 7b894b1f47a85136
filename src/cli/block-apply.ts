import { cidrOf } from "../analyses/blockplan/blocks.js";
import type { Change, Wanted } from "../outputs/apply/apply.js";
import { applyToPolicy } from "../outputs/apply/s3-policy.js";
import { applyToWaf, type WafSettings } from "../outputs/apply/waf.js";
import { ofVersion, written, type BlockList } from "../outputs/blocklists/blocklist.js";
import { blockTarget } from "../outputs/blocklists/registry.js";
import { terminalText } from "../outputs/escape.js";
import { integer } from "../outputs/numbers.js";
import type { Io } from "./io.js";
import { lookOf, shapeOf, writeDocument, writeText, type OutputFlags } from "./output.js";
import { badFlag } from "./parse-flags.js";
import { s3Settings, type S3Flags } from "./s3-settings.js";

export interface ApplyFlags extends S3Flags, OutputFlags {
  readonly undo?: boolean;
  readonly ipSet?: string;
  readonly scope: WafSettings["scope"];
}

export interface Applied {
  readonly list: BlockList;
  /** What an earlier application put in: only that is taken out again. */
  readonly added?: readonly string[];
}

/** Puts a list in place through the target's API, or takes it out; says what changed. */
export async function apply(
  name: string,
  { list, added }: Applied,
  flags: ApplyFlags,
  when: "dry-run" | "now",
  io: Io,
): Promise<void> {
  const undo = flags.undo === true;
  // The file's checks hold here, too.
  written(blockTarget(name), list, undo);
  const dryRun = when === "dry-run";
  const shape = shapeOf(flags);
  if (shape !== "text" && shape !== "json") {
    throw badFlag("-o", flags.output ?? shape, "What was applied is written as text or as JSON");
  }
  const changes =
    name === "aws-waf"
      ? await applyToWaf(wantedOf(list, added, undo), {
          ...wafSettings(flags, io),
          dryRun,
        })
      : [
          await applyToPolicy(
            { ...list, bucket: list.bucket ?? "" },
            { ...s3Settings(flags, io), dryRun, undo },
          ),
        ];
  if (shape === "text") {
    const { locale } = lookOf(flags, io);
    await writeText(told(changes, dryRun, locale), flags, io);
    return;
  }
  const document = {
    schema_version: 1,
    entries: list.entries.map(({ block, reason }) => ({ cidr: cidrOf(block), reason })),
    applied: {
      target: name,
      undone: undo,
      dry_run: dryRun,
      added: changes.flatMap((change) => change.added),
      changes: changes.map((change) => ({ ...change })),
    },
  };
  await writeDocument(document, flags, io);
}

function wantedOf(
  list: BlockList,
  added: readonly string[] | undefined,
  undo: boolean,
): Record<4 | 6, Wanted> {
  const of = (version: 4 | 6): Wanted => {
    const own = ofVersion(list, version).map(({ block }) => cidrOf(block));
    if (!undo) return { add: own, remove: [] };
    return {
      add: [],
      remove: added === undefined ? own : own.filter((cidr) => added.includes(cidr)),
    };
  };
  return { 4: of(4), 6: of(6) };
}

function wafSettings({ ipSet = "culprit", scope, profile, region, endpoint }: ApplyFlags, io: Io) {
  const { AWS_ENDPOINT_URL_WAFV2, AWS_ENDPOINT_URL } = io.env;
  const server = [endpoint, AWS_ENDPOINT_URL_WAFV2, AWS_ENDPOINT_URL].find(
    (address) => address !== undefined && address !== "",
  );
  return {
    scope,
    names: { 4: `${ipSet}-ipv4`, 6: `${ipSet}-ipv6` },
    signal: io.signal,
    ...(profile === undefined ? {} : { profile }),
    ...(region === undefined ? {} : { region }),
    ...(server === undefined ? {} : { endpoint: server }),
  };
}

function told(changes: readonly Change[], dryRun: boolean, locale: string): string[] {
  if (changes.length === 0) return ["Nothing to change."];
  const would = dryRun ? "would be " : "";
  const lines = changes.flatMap(({ place, added, removed, already, others, created }) => [
    `${place}${created ? ` (${would}made)` : ""}: ${integer(added.length, locale)} ${would}added, ` +
      `${integer(removed.length, locale)} ${would}removed, ${integer(already.length, locale)} there already, ` +
      `${integer(others, locale)} of others kept`,
    ...added.map((cidr) => `  + ${cidr}`),
    ...removed.map((cidr) => `  - ${cidr}`),
  ]);
  const next = dryRun ? ["Nothing was changed: --apply now does it."] : [];
  return [...lines.map(terminalText), ...next];
}
