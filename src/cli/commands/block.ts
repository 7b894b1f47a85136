import path from "node:path";
import { blockColumns, blockPlan, type BlockPlan } from "../../analyses/blockplan/blockplan.js";
import { savingsAt, type Savings } from "../../analyses/blockplan/savings.js";
import { readRanges, systemLookup } from "../../analyses/scrapers/verify.js";
import { blockTold } from "../../findings/block.js";
import { fitsOf } from "../../outputs/blocklists/fits.js";
import { blockTargets } from "../../outputs/blocklists/registry.js";
import { shellWord } from "../../outputs/escape.js";
import { blockDocument, blockRows } from "../../outputs/reports/block-rows.js";
import { blockText } from "../../outputs/reports/block-text.js";
import { Exit } from "../../problems/problem.js";
import { writeAnswer } from "../answer.js";
import { allowedByConfig, blockOf, blocksOf, spanOf } from "../block-flags.js";
import { deliver, fromPlan, listingOf, type BlockFlags, type Listing } from "../block-list.js";
import type { Command } from "../command.js";
import { warn } from "../engine.js";
import { logFlags, outputFlags } from "../flags.js";
import type { Io } from "../io.js";
import { notes } from "../notes.js";
import { lookOf, shapeOf } from "../output.js";
import { parseCount, parsePercent } from "../parse-flags.js";
import { readingWords } from "../reading-words.js";
import { withLogs, type Session } from "../session.js";

export const blockCommand: Command<BlockFlags> = {
  name: "block",
  about: "the fewest addresses to block, whom that hits, and the file that does it",
  usage: "[source...]",
  flags: [
    {
      flags: "--target <percent>",
      group: "This command",
      about: "how much of the harm the plan is to remove",
      fallback: "80%",
    },
    {
      flags: "--by <measure>",
      group: "This command",
      about: "harm in requests or in bytes sent",
      choices: ["requests", "bytes"],
      fallback: "requests",
    },
    {
      flags: "--entries <n>",
      group: "This command",
      about: "at most so many addresses and ranges, the worst first",
    },
    {
      flags: "--band <band>",
      group: "This command",
      about: "how sure a verdict must be to accuse",
      choices: ["likely", "strong"],
      fallback: "likely",
    },
    {
      flags: "--only <cidr>",
      group: "This command",
      about: "harm is what came from here, whatever the verdicts say",
      repeat: true,
    },
    {
      flags: "--allow <cidr>",
      group: "This command",
      about: "never block these: an address, a range, or a file of them",
      repeat: true,
    },
    {
      flags: "--include-shared",
      group: "This command",
      about: "also block addresses with people behind them",
    },
    {
      flags: "--crawler-ranges <name=file>",
      group: "This command",
      about: "a crawler's published addresses, which are never blocked (docs/scrapers.md)",
      repeat: true,
    },
    {
      flags: "--verify-dns",
      group: "This command",
      about: "look up the addresses of those that name a known crawler; tells them to the resolver",
    },
    {
      flags: "--replay <span>",
      group: "This command",
      about: "replay the last days only, such as 7d; default: all of the range",
    },
    {
      flags: "--prices <file>",
      group: "This command",
      about: "your price file (docs/budget.md)",
    },
    {
      flags: "--service <name>",
      group: "This command",
      about: "whose prices: s3, cloudfront, internet; default: by the logs' format",
    },
    {
      flags: "--for <target>",
      group: "This command",
      about: "write the plan for this program instead of for you",
      choices: blockTargets.map(({ name }) => name),
    },
    { flags: "--undo", group: "This command", about: "with --for: what takes it back" },
    {
      flags: "--expire <span>",
      group: "This command",
      about: "how long the list is to hold",
      fallback: "24h",
    },
    {
      flags: "--at <time>",
      group: "This command",
      about: "when it is put in place, such as 2026-11-05T10:00Z, for an end with a date",
    },
    { flags: "--bucket <name>", group: "This command", about: "with --for s3-policy: the bucket" },
    {
      flags: "--plan <file>",
      group: "This command",
      about: "take the entries of a plan written with -o plan.json, and read no logs",
    },
    {
      flags: "--apply <when>",
      group: "This command",
      about: "with --for aws-waf or s3-policy: change it there, or only say what would change",
      choices: ["dry-run", "now"],
    },
    {
      flags: "--ip-set <name>",
      group: "This command",
      about:
        "with --apply: your IP sets are NAME-ipv4 and NAME-ipv6; default: culprit, made when missing",
    },
    {
      flags: "--scope <scope>",
      group: "This command",
      about: "with --apply: what the IP sets are for",
      choices: ["REGIONAL", "CLOUDFRONT"],
      fallback: "REGIONAL",
    },
    ...logFlags,
    ...outputFlags,
  ],
  examples: [
    ["culprit block access.log", "the plan, whom it hits, and what to do next"],
    [
      "culprit block 'access.log*' --since -7d --target 95% -o plan.json",
      "to be looked at, and used with --plan",
    ],
    ["culprit block --plan plan.json --for nginx -o blocked.conf", "the file for nginx"],
    [
      "culprit block access.log -w 'path=/export/*' --by bytes --for nftables -o blocked.nft",
      "whoever took most bytes there",
    ],
    ["culprit block --plan plan.json --for nftables --undo", "what takes it back"],
    [
      "culprit block --plan plan.json --for aws-waf --apply now -o applied.json",
      "into your IP sets; with --plan applied.json --undo out of them",
    ],
  ],
  async run(sources, flags, io) {
    const listing = listingOf(flags);
    if (flags.plan !== undefined) return fromPlan(flags.plan, sources, flags, listing, io);
    const target = parsePercent("--target", flags.target) / 100;
    const allow = [
      ...(await blocksOf("--allow", flags.allow ?? [], io.cwd)),
      ...(await allowedByConfig(flags, io)),
    ];
    const ranges = await Promise.all(
      (flags.crawlerRanges ?? []).map((text) =>
        readRanges(text, path.resolve(io.cwd, text.slice(text.indexOf("=") + 1))),
      ),
    );
    const options = {
      target,
      by: flags.by === "bytes" ? ("bytes_sent" as const) : ("requests" as const),
      most: flags.entries === undefined ? Infinity : parseCount("--entries", flags.entries),
      filtered: (flags.where ?? []).length > 0,
      only: (flags.only ?? []).map((text) => blockOf("--only", text)),
      band: flags.band,
      allow,
      includeShared: flags.includeShared === true,
      ranges,
      ...(flags.verifyDns === true ? { lookup: systemLookup() } : {}),
      ...(flags.replay === undefined ? {} : { replay: spanOf("--replay", flags.replay) }),
    };
    return withLogs(
      sources,
      flags,
      () => blockColumns,
      io,
      async (session) => {
        const plan = await blockPlan(session.scope, options);
        if (flags.for === undefined) {
          await answer(plan, session, sources, flags, listing, io);
          return Exit.ok;
        }
        for (const sentence of await sentences(plan, session, flags, io)) warn(io, sentence);
        await deliver(flags.for, { list: { ...listing, entries: plan.entries } }, flags, io);
        return Exit.ok;
      },
    );
  },
};

const savings = (plan: BlockPlan, session: Session, flags: BlockFlags, io: Io): Promise<Savings> =>
  savingsAt(plan.replay, session.formats[0]?.format, {
    ...(flags.prices !== undefined && { file: path.resolve(io.cwd, flags.prices) }),
    ...(flags.service !== undefined && { service: flags.service }),
  });

async function sentences(
  plan: BlockPlan,
  session: Session,
  flags: BlockFlags,
  io: Io,
): Promise<string[]> {
  return blockTold(plan, await savings(plan, session, flags, io), lookOf(flags, io).locale);
}

async function answer(
  plan: BlockPlan,
  session: Session,
  sources: readonly string[],
  flags: BlockFlags,
  listing: Listing,
  io: Io,
): Promise<void> {
  const look = lookOf(flags, io);
  const saved = await savings(plan, session, flags, io);
  const locale = shapeOf(flags) === "text" ? look.locale : "en";
  const told = blockTold(plan, saved, locale);
  const fits = fitsOf({ ...listing, entries: plan.entries });
  await writeAnswer(
    session.embedded,
    {
      text: () => [
        ...blockText(plan, { told, fits, commands: commandsOf(plan, sources, flags) }, look),
        "",
        ...notes(session, look),
      ],
      document: () => ({
        ...blockDocument(plan, told, saved, fits),
        accounting: { ...session.accounting },
      }),
      rows: () => blockRows(plan),
    },
    flags,
    io,
  );
}

/** How the plan is put in place, and taken back, with the flags that made it. */
function commandsOf(
  { entries }: BlockPlan,
  sources: readonly string[],
  flags: BlockFlags,
): [what: string, command: string][] {
  if (entries.length === 0) return [];
  const own: [string, readonly (string | undefined)[]][] = [
    ["--target", [flags.target === "80%" ? undefined : flags.target]],
    ["--by", [flags.by === "requests" ? undefined : flags.by]],
    ["--band", [flags.band === "likely" ? undefined : flags.band]],
    ["--entries", [flags.entries]],
    ["--only", flags.only ?? []],
    ["--allow", flags.allow ?? []],
    ["--crawler-ranges", flags.crawlerRanges ?? []],
  ];
  const words = own.flatMap(([flag, values]) =>
    values.flatMap((value) => (value === undefined ? [] : [flag, shellWord(value)])),
  );
  const made = ["culprit block", ...readingWords(flags, sources), ...words].join(" ");
  const shared = flags.includeShared === true ? " --include-shared" : "";
  return [
    ["keep the plan, to look at it", `${made}${shared} -o plan.json`],
    ["write it", "culprit block --plan plan.json --for nginx -o blocked.conf"],
    ["take it back", "culprit block --plan plan.json --for nginx --undo -o blocked.conf"],
  ];
}
