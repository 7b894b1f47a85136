import { readFile } from "node:fs/promises";
import path from "node:path";
import {
  budget,
  budgetColumns,
  type Budget,
  type BudgetOptions,
} from "../../analyses/budget/budget.js";
import { priceColumns } from "../../analyses/budget/days.js";
import { ownPrices, readPrices, serviceOf, type Prices } from "../../analyses/budget/prices.js";
import { dimension } from "../../analyses/fields.js";
import { budgetTold } from "../../findings/budget.js";
import { budgetDocument, budgetRows } from "../../outputs/reports/budget-rows.js";
import { budgetText } from "../../outputs/reports/budget-text.js";
import { wrap } from "../../outputs/reports/wrap.js";
import { Exit } from "../../problems/problem.js";
import { writeAnswer } from "../answer.js";
import type { Command } from "../command.js";
import { warn } from "../engine.js";
import { logFlags, outputFlags } from "../flags.js";
import type { Io } from "../io.js";
import { notes } from "../notes.js";
import { lookOf, shapeOf, writeText, type OutputFlags } from "../output.js";
import { badFlag } from "../parse-flags.js";
import { withLogs, type LogFlags, type Session } from "../session.js";

interface Flags extends LogFlags, OutputFlags {
  readonly budget?: string;
  readonly month?: string;
  readonly prices?: string;
  readonly printPrices?: boolean;
  readonly service?: string;
  readonly gb?: "binary" | "decimal";
  readonly by: string;
  readonly billed?: string;
  readonly failOn?: "over";
}

export const budgetCommand: Command<Flags> = {
  name: "budget",
  about: "what the month's transfer comes to, when the budget is reached, and who takes it",
  usage: "[source...]",
  flags: [
    {
      flags: "--budget <amount>",
      group: "This command",
      about: "the month's limit: 150 in the price file's currency, or a volume such as 500GB",
    },
    {
      flags: "--month <month>",
      group: "This command",
      about: "such as 2026-11; default: that of the last line",
    },
    {
      flags: "--prices <file>",
      group: "This command",
      about: "your price file, JSON or YAML; default: the list that comes along",
    },
    { flags: "--print-prices", group: "This command", about: "print that list, to be edited" },
    {
      flags: "--service <name>",
      group: "This command",
      about: "whose prices: s3, cloudfront, internet; default: by the logs' format",
    },
    {
      flags: "--gb <kind>",
      group: "This command",
      about: "bytes of a GB: 2^30 as AWS counts, or 10^9",
      choices: ["binary", "decimal"],
    },
    {
      flags: "--by <fields>",
      group: "This command",
      about: "whose bytes they are: client_ip, key, user_agent …",
      fallback: "client_ip",
    },
    {
      flags: "--billed <month=GB>",
      group: "This command",
      about: "what a past bill had, such as 2026-10=1840: how far logs and bills are apart",
    },
    {
      flags: "--fail-on <level>",
      group: "This command",
      about: "exit 1 when the forecast is over the budget",
      choices: ["over"],
    },
    ...logFlags,
    ...outputFlags,
  ],
  examples: [
    ["culprit budget 's3-logs/*' --budget 150", "when 150 dollars are reached, and through whom"],
    ["culprit budget --store /srv/logs --budget 500GB --fail-on over", "for cron"],
    ["culprit budget access.log --by path -o month.csv", "a row a day"],
    ["culprit budget --print-prices > prices.json", "to be edited, and used with --prices"],
  ],
  async run(sources, flags, io) {
    if (flags.printPrices === true) {
      await writeText([(await readFile(ownPrices, "utf8")).trimEnd()], flags, io);
      return Exit.ok;
    }
    const prices = await pricesOf(flags, io.cwd);
    if (flags.month !== undefined) checkMonth("--month", flags.month, flags.month);
    const limit = flags.budget === undefined ? undefined : limitOf(flags.budget, prices);
    const billed = flags.billed === undefined ? undefined : billedOf(flags.billed, prices);
    const names = flags.by.split(",").map((name) => name.trim());
    const columnsOf = (derived: readonly string[]): string[] => [
      ...budgetColumns,
      ...priceColumns(prices),
      ...names.flatMap((name) => dimension(name, derived, "UTC").columns),
    ];
    return withLogs(sources, flags, columnsOf, io, async (session) => {
      const { scope, derived } = session;
      warnOfSeveral(session, prices, flags, io);
      const found = await budget(scope, {
        prices,
        service: flags.service ?? serviceOf(prices, session.formats[0]?.format),
        fields: names.map((name) => dimension(name, derived, scope.zone, scope.dialect)),
        ...(flags.month === undefined ? {} : { month: flags.month }),
        ...(limit && { limit }),
        ...(billed && { billed }),
      });
      const look = lookOf(flags, io);
      const told =
        found === undefined
          ? []
          : budgetTold(found, shapeOf(flags) === "text" ? look.locale : "en");
      const answer = {
        text: () => [
          ...(found === undefined ? [NOTHING] : budgetText(found, told, look)),
          "",
          ...wrap(listTold(prices), look.width),
          ...notes(session, look),
        ],
        document: () => ({
          ...(found === undefined ? EMPTY : budgetDocument(found, told)),
          prices: { region: prices.region, as_of: prices.as_of, currency: prices.currency },
          accounting: { ...session.accounting },
        }),
        rows: () => budgetRows(found?.days ?? []),
      };
      await writeAnswer(session.embedded, answer, flags, io);
      return isOver(found) && flags.failOn === "over" ? Exit.findings : Exit.ok;
    });
  },
};

/** Bytes of several services under one price list would be a guess. */
function warnOfSeveral({ formats }: Session, prices: Prices, flags: Flags, io: Io): void {
  const services = new Set(formats.map(({ format }) => serviceOf(prices, format)));
  if (services.size < 2 || flags.service !== undefined) return;
  const names = formats.map(({ format }) => format).join(", ");
  warn(
    io,
    `these logs are of several services (${names}): take one with --format, or say --service`,
  );
}

const NOTHING = "No line is in this month.";
const EMPTY = { schema_version: 1, paragraph: NOTHING, days: [], culprits: [] };

const isOver = (found: Budget | undefined): boolean => found?.over === true;

const listTold = ({ region, as_of: asOf, currency }: Prices): string =>
  `prices: ${region} in ${currency}, as of ${asOf}; bytes in logs are not quite those that are billed`;

async function pricesOf(flags: Flags, cwd: string): Promise<Prices> {
  const file = flags.prices === undefined ? undefined : path.resolve(cwd, flags.prices);
  const prices = await readPrices(file);
  if (flags.gb === undefined) return prices;
  return { ...prices, gb_bytes: flags.gb === "binary" ? 2 ** 30 : 1e9 };
}

function checkMonth(flag: string, text: string, month: string): void {
  if (/^\d{4}-(?:0[1-9]|1[0-2])$/.test(month)) return;
  throw badFlag(flag, text, "It is not a month such as 2026-11");
}

/** `150`, `$150`, `150 EUR`: money; `500GB`, `1.5TB`: bytes in units of the price file's GB. */
function limitOf(
  text: string,
  { gb_bytes: gb, currency }: Prices,
): NonNullable<BudgetOptions["limit"]> {
  const [, sign, digits, unit = ""] = /^([$€£]?)\s*(\d+(?:\.\d+)?)\s*([A-Za-z]*)$/.exec(text) ?? [];
  const value = Number(digits);
  if (!(value > 0))
    throw badFlag(
      "--budget",
      text,
      "It is neither an amount such as 150 nor a volume such as 500GB",
    );
  const step = gb === 1e9 ? 1000 : 1024;
  const volume = /^([MGTP])i?B$/i.exec(unit)?.[1]?.toUpperCase();
  if (volume !== undefined && sign === "") {
    return { bytes: value * gb * step ** ("MGTP".indexOf(volume) - 1) };
  }
  const symbols: Readonly<Record<string, string>> = {
    "": currency,
    $: "USD",
    "€": "EUR",
    "£": "GBP",
  };
  const asked = unit === "" ? symbols[sign ?? ""] : unit.toUpperCase();
  if (asked === currency) return { cost: value };
  throw badFlag(
    "--budget",
    text,
    `The price file is in ${currency}: name the amount in it, or use --prices`,
  );
}

function billedOf(text: string, { gb_bytes: gb }: Prices): { month: string; bytes: number } {
  const [, month = "", amount] = /^([^=]+)=(\d+(?:\.\d+)?)(?:\s*GB)?$/i.exec(text) ?? [];
  checkMonth("--billed", text, month);
  return { month, bytes: Number(amount) * gb };
}
