import path from "node:path";
import { dimension } from "../../analyses/fields.js";
import { measures } from "../../analyses/measures.js";
import { readRanges, systemLookup } from "../../analyses/scrapers/verify.js";
import { scrapers } from "../../analyses/scrapers/scrapers.js";
import { scraperColumns } from "../../analyses/scrapers/traffic.js";
import { firstOf, isAccused, type ScrapersResult } from "../../analyses/scrapers/result.js";
import { top } from "../../analyses/top.js";
import { scrapersDocument, scrapersRows } from "../../outputs/reports/scrapers-rows.js";
import { scrapersText } from "../../outputs/reports/scrapers-text.js";
import { topTable } from "../../outputs/reports/top-table.js";
import { Exit } from "../../problems/problem.js";
import { writeAnswer } from "../answer.js";
import type { Command } from "../command.js";
import { logFlags, outputFlags } from "../flags.js";
import { notes } from "../notes.js";
import { lookOf, type OutputFlags } from "../output.js";
import { parseCount } from "../parse-flags.js";
import { withLogs, type LogFlags } from "../session.js";

interface Flags extends LogFlags, OutputFlags {
  readonly limit: string;
  readonly all?: boolean;
  readonly groupBy?: string;
  readonly crawlerRanges?: readonly string[];
  readonly verifyDns?: boolean;
  readonly failOn?: "likely" | "strong";
}

export const scrapersCommand: Command<Flags> = {
  name: "scrapers",
  about: "who scrapes, alone or together, with the evidence for and against",
  usage: "[source...]",
  flags: [
    {
      flags: "-n, --limit <n>",
      group: "This command",
      about: "how many of each class",
      fallback: "20",
    },
    { flags: "--all", group: "This command", about: "also clients without evidence against them" },
    {
      flags: "--group-by <fields>",
      group: "This command",
      about: "also a table of counts, such as client_ip,session_id,user_agent",
    },
    {
      flags: "--crawler-ranges <name=file>",
      group: "This command",
      about: "a crawler's published addresses: googlebot=googlebot.json (docs/scrapers.md)",
      repeat: true,
    },
    {
      flags: "--verify-dns",
      group: "This command",
      about: "look up the addresses of those that name a known crawler; tells them to the resolver",
    },
    {
      flags: "--fail-on <band>",
      group: "This command",
      about: "exit 1 when somebody is accused, at least with this band",
      choices: ["likely", "strong"],
    },
    ...logFlags,
    ...outputFlags,
  ],
  examples: [
    ["culprit scrapers access.log", "who scrapes, and why one may think so"],
    ["culprit scrapers 'access.log*' --since -7d --json", "for programs"],
    [
      "culprit scrapers access.log --derive 'session_id=cookie~SID=([^;]+)' --group-by client_ip,session_id,user_agent",
      "with the plain counts",
    ],
    [
      "culprit scrapers access.log --crawler-ranges googlebot=googlebot.json",
      "who only claims to be Googlebot",
    ],
  ],
  async run(sources, flags, io) {
    const limit = parseCount("--limit", flags.limit);
    const names = flags.groupBy?.split(",").map((name) => name.trim()) ?? [];
    const ranges = await Promise.all(
      (flags.crawlerRanges ?? []).map((text) =>
        readRanges(text, path.resolve(io.cwd, text.slice(text.indexOf("=") + 1))),
      ),
    );
    const columnsOf = (derived: readonly string[]): string[] => [
      ...scraperColumns,
      ...names.flatMap((name) => dimension(name, derived, "UTC").columns),
    ];
    return withLogs(sources, flags, columnsOf, io, async (session) => {
      const { scope, derived } = session;
      const options = { ranges, ...(flags.verifyDns === true ? { lookup: systemLookup() } : {}) };
      const found = firstOf(await scrapers(scope, options), limit, flags.all === true);
      const fields = names.map((name) => dimension(name, derived, scope.zone, scope.dialect));
      const counts =
        fields.length === 0
          ? undefined
          : await top(scope, { fields, by: measures.requests, limit });
      const answer = {
        text: () => {
          const look = lookOf(flags, io);
          const table = counts === undefined ? [] : ["", ...topTable(counts, look)];
          return [...scrapersText(found, scope.zone, look), ...table, "", ...notes(session, look)];
        },
        document: () => {
          const document = { ...scrapersDocument(found), accounting: { ...session.accounting } };
          const rows = counts?.rows.map((row) => ({ ...row }));
          return { ...document, ...(rows && { counts: rows }) };
        },
        rows: () => scrapersRows(found),
      };
      await writeAnswer(session.embedded, answer, flags, io);
      return accuses(found, flags.failOn) ? Exit.findings : Exit.ok;
    });
  },
};

/** Whether somebody is accused with at least this band. */
function accuses({ clients, groups }: ScrapersResult, level: Flags["failOn"]): boolean {
  if (level === undefined) return false;
  const accused = [...clients, ...groups].filter(isAccused);
  return accused.some(({ band }) => level === "likely" || band === level);
}
