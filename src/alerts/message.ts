import { duration } from "../outputs/numbers.js";
import { terminalText } from "../outputs/escape.js";
import type { Notification } from "./alert.js";

type Told = Notification["alerts"][number];

/** The first line of a message: what it is about. */
export function title({ group, alerts }: Notification): string {
  const [first] = alerts;
  const state = first === undefined || alerts.some(isFiring) ? "FIRING" : "RESOLVED";
  const news = first?.reason === "explained" ? "EXPLAINED" : state;
  const site = group.site === "" ? "" : ` on ${group.site}`;
  const many = alerts.length > 1 ? ` (${alerts.length} alerts)` : "";
  return terminalText(`${news}: ${group.rule}${site}${many}`);
}

const isFiring = ({ status }: Told): boolean => status === "firing";

const prefix: Readonly<Record<Told["reason"], string>> = {
  firing: "",
  worse: "Worse than before: ",
  repeat: "Still: ",
  resolved: "Over: ",
  explained: "The logs have arrived: ",
};

/** An alert in lines of plain text; what logs put into it is made visible. */
export function linesOf(alert: Told): string[] {
  const { annotations, reason } = alert;
  const { summary = "", description, excess, explanation, command } = annotations;
  const lines = [
    `${prefix[reason]}${summary}`,
    ...(description === undefined ? [] : [description]),
    ...(excess === undefined ? [] : [excess]),
    ...(explanation === undefined ? [] : [explanation]),
    timesOf(alert),
    ...(command === undefined || reason === "resolved" ? [] : [`Look closer: ${command}`]),
  ];
  return lines.map(terminalText);
}

function timesOf({ startsAt, endsAt, labels }: Told): string {
  const severity = labels["severity"] ?? "";
  const since = `${clock(startsAt)} UTC`;
  if (endsAt === null) return `${severity}, since ${since}`;
  const length = duration(Date.parse(endsAt) - Date.parse(startsAt));
  return `${severity}, ${since} to ${clock(endsAt)} UTC, ${length}`;
}

const clock = (iso: string): string => iso.slice(0, 16).replace("T", " ");

/** Alerts that a message spells out; the others are counted. */
const SPELLED = 10;

/** The alerts that are spelled out, and how many are not. */
export const spelled = ({ alerts }: Notification): { shown: readonly Told[]; more: number } => ({
  shown: alerts.slice(0, SPELLED),
  more: Math.max(0, alerts.length - SPELLED),
});

/** The whole message as text. */
export function plainText(notification: Notification): string {
  const { shown, more } = spelled(notification);
  const blocks = shown.map((alert) => linesOf(alert).join("\n"));
  const rest = more > 0 ? [`and ${more} more`] : [];
  return [title(notification), ...blocks, ...rest].join("\n\n");
}
