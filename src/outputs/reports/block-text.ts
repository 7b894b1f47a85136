import { textOf } from "../../analyses/blockplan/blocks.js";
import type { BlockPlan } from "../../analyses/blockplan/blockplan.js";
import type { Fits } from "../blocklists/fits.js";
import { terminalText } from "../escape.js";
import { fit } from "../fit.js";
import type { Look } from "../look.js";
import { bytes, integer, percent } from "../numbers.js";
import { textTable } from "../table.js";
import { wrap } from "./wrap.js";

export interface BlockText {
  /** The plan in sentences. */
  readonly told: readonly string[];
  readonly fits: readonly Fits[];
  /** Commands that write it and take it back. */
  readonly commands: readonly (readonly [what: string, command: string])[];
}

/** Entries that are listed; the rest are in --json and in the files. */
const SHOWN = 30;

/** The plan for people: what, whom it hits, how it is put in place and taken back. */
export function blockText(
  plan: BlockPlan,
  { told, fits, commands }: BlockText,
  look: Look,
): string[] {
  const { style, width } = look;
  const [head = "", ...rest] = told;
  const section = (title: string, lines: readonly string[]): string[] =>
    lines.length === 0 ? [] : ["", style.bold(title), ...lines];
  const paint = plan.entries.length === 0 ? style.green : style.yellow;
  return [
    ...wrap(head, width).map((line) => style.bold(paint(line))),
    ...rest.flatMap((sentence) => wrap(terminalText(sentence), width)),
    ...section("BLOCK", entryLines(plan, look)),
    ...section("ALSO HIT: nothing accuses them", hitLines(plan, look)),
    ...section(
      "SPARED",
      plan.spared.flatMap(({ why, harm, addresses, count }) =>
        wrap(
          `${why}: ${amount(plan, harm, look)} from ${terminalText(addresses.join(", "))}` +
            (count > addresses.length
              ? ` and ${integer(count - addresses.length, look.locale)} more`
              : ""),
          width,
          2,
        ),
      ),
    ),
    ...section("DAY BY DAY, had it been in place (UTC)", dayLines(plan, look)),
    ...(plan.entries.length === 0 ? [] : section("FITS", fitLines(plan, fits, look))),
    ...section(
      "NEXT",
      commands.flatMap(([what, command]) => [`  ${what}:`, `    ${terminalText(command)}`]),
    ),
    ...(plan.notes.length === 0
      ? []
      : ["", ...plan.notes.flatMap((note) => wrap(terminalText(note), width))]),
  ];
}

const amount = ({ by }: BlockPlan, value: number, { locale }: Look): string =>
  by === "requests" ? `${integer(value, locale)} requests` : bytes(value, { locale });

function entryLines(plan: BlockPlan, look: Look): string[] {
  if (plan.entries.length === 0) return [];
  const { locale } = look;
  const lines = textTable(
    [
      { title: "block", ellipsis: "never" },
      { title: plan.by === "requests" ? "requests" : "bytes", align: "right", ellipsis: "never" },
      { title: "of harm", align: "right", ellipsis: "never" },
      { title: "addresses", align: "right", ellipsis: "never", priority: 2 },
      { title: "why", priority: 1, min: 20 },
    ],
    plan.entries
      .slice(0, SHOWN)
      .map(({ block, harm, addresses, reason }) => [
        textOf(block),
        plan.by === "requests" ? integer(harm, locale) : bytes(harm, { locale }),
        percent(harm / plan.harm, locale),
        integer(addresses, locale),
        reason,
      ]),
    { ...look, indent: 2, mention: false },
  );
  const more = plan.entries.length - SHOWN;
  return more > 0 ? [...lines, `  and ${integer(more, locale)} more (--json has all)`] : lines;
}

function hitLines({ replay: { hits, hit_clients: count } }: BlockPlan, look: Look): string[] {
  const shown = hits.slice(0, 10);
  const mark = look.ascii ? "..." : "…";
  const lines = shown.map(({ client_ip: ip, user_agent: agent, requests, person, declared }) => {
    const looks =
      declared !== null
        ? `says it is ${declared}`
        : person === true
          ? "looks like a person"
          : person === null
            ? "cannot tell"
            : "no sign of a person";
    const text = `${ip}  ${integer(requests, look.locale)} requests, ${looks}: ${agent ?? "(no User-Agent)"}`;
    return `  ${fit(terminalText(text), look.width - 2, "end", mark)}`;
  });
  const more = count - shown.length;
  return more > 0 ? [...lines, `  and ${integer(more, look.locale)} more`] : lines;
}

function dayLines({ entries, replay: { days } }: BlockPlan, look: Look): string[] {
  if (entries.length === 0) return [];
  const { locale } = look;
  return textTable(
    [
      { title: "day", ellipsis: "never" },
      { title: "requests", align: "right", ellipsis: "never" },
      { title: "refused", align: "right", ellipsis: "never" },
      { title: "sent", align: "right", ellipsis: "never", priority: 1 },
      { title: "not sent", align: "right", ellipsis: "never" },
    ],
    days
      .slice(-14)
      .map(
        ({ day, requests, bytes_sent: sent, refused_requests: refused, refused_bytes: kept }) => [
          day,
          integer(requests, locale),
          integer(refused, locale),
          bytes(sent, { locale }),
          bytes(kept, { locale }),
        ],
      ),
    { ...look, indent: 2, mention: false },
  );
}

function fitLines({ entries }: BlockPlan, fits: readonly Fits[], look: Look): string[] {
  const of = (version: 4 | 6): string =>
    integer(entries.filter(({ block }) => block.version === version).length, look.locale);
  const good = fits.filter(({ excess }) => excess === undefined).map(({ name }) => name);
  const bad = fits.filter(({ excess }) => excess !== undefined);
  return [
    ...wrap(`${of(4)} of IPv4 and ${of(6)} of IPv6 fit ${good.join(", ")}`, look.width, 2),
    ...bad.flatMap(({ name, excess }) =>
      wrap(`too long for ${name}: ${excess ?? ""}`, look.width, 2),
    ),
  ];
}
