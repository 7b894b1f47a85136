import type { Budget } from "../../analyses/budget/budget.js";
import type { BudgetDay } from "../../analyses/budget/month.js";
import { gigabytes } from "../../findings/budget.js";
import { terminalText } from "../escape.js";
import type { Look } from "../look.js";
import { money } from "../money.js";
import { bytes, integer, percent, times } from "../numbers.js";
import { sparkline } from "../sparkline.js";
import { textTable } from "../table.js";
import { wrap } from "./wrap.js";

/** A month for people: the sentences, its days, who takes it, what is not billed. */
export function budgetText(found: Budget, told: readonly string[], look: Look): string[] {
  const { style, width, locale } = look;
  const [head = "", ...rest] = told;
  const paint = found.over ? style.yellow : style.green;
  const section = (title: string, lines: readonly string[]): string[] =>
    lines.length === 0 ? [] : ["", style.bold(title), ...lines];
  const free = found.not_billed.filter(({ requests }) => requests > 0);
  return [
    ...wrap(head, width).map((line) => style.bold(paint(line))),
    ...rest.flatMap((sentence) => wrap(terminalText(sentence), width)),
    ...section("DAYS (UTC)", dayLines(found, look)),
    ...section("WHO TAKES IT", culpritLines(found, look)),
    ...section(
      "NOT BILLED",
      free.flatMap(({ why, requests, bytes: sent }) =>
        wrap(`${why}: ${integer(requests, locale)} requests, ${bytes(sent, { locale })}`, width, 2),
      ),
    ),
    ...(found.bill_ratio === null
      ? []
      : [
          "",
          ...wrap(`The bill had ${times(found.bill_ratio, look)} the bytes of the log.`, width),
        ]),
    ...(found.notes.length === 0
      ? []
      : ["", ...found.notes.flatMap((note) => wrap(terminalText(note), width))]),
  ];
}

const marks: Record<BudgetDay["kind"], string> = {
  known: "",
  "so far": "so far and expected",
  expected: "expected",
  "not in the log": "expected: not in the log",
};

function dayLines({ days, currency, gb_bytes: gb }: Budget, look: Look): string[] {
  const { locale } = look;
  return [
    `  ${sparkline(
      days.map(({ bytes: sent }) => sent),
      days.length,
      { ascii: look.ascii },
    )}`,
    ...textTable(
      [
        { title: "day", ellipsis: "never" },
        { title: "billed", align: "right", ellipsis: "never" },
        { title: "sum", align: "right", ellipsis: "never" },
        { title: "costs", align: "right", ellipsis: "never" },
        { title: "", priority: 1 },
      ],
      days.map(({ day, bytes: sent, sum, kind, spike }) => [
        day,
        gigabytes(sent, gb, locale),
        gigabytes(sum.bytes, gb, locale),
        money(sum.cost, currency, locale),
        spike ? "spike" : marks[kind],
      ]),
      { ...look, indent: 2, mention: false },
    ),
  ];
}

function culpritLines({ culprits, currency, gb_bytes: gb }: Budget, look: Look): string[] {
  const [first] = culprits;
  if (first === undefined) return [];
  const { locale } = look;
  return textTable(
    [
      ...Object.keys(first.values).map((title) => ({ title, min: 12 })),
      { title: "billed", align: "right", ellipsis: "never" },
      { title: "share", align: "right", ellipsis: "never" },
      { title: "before", align: "right", ellipsis: "never", priority: 1 },
      { title: "month without", align: "right", ellipsis: "never" },
      { title: "saves", align: "right", ellipsis: "never", priority: 2 },
    ],
    culprits.map(({ values, bytes: taken, share, before, without, saves }) => [
      ...Object.values(values).map((value) => (value === null ? "(none)" : String(value))),
      gigabytes(taken, gb, locale),
      percent(share, locale),
      before === null ? "" : gigabytes(before, gb, locale),
      money(without.cost, currency, locale),
      money(saves, currency, locale),
    ]),
    { ...look, indent: 2, mention: false },
  );
}
