import type { Look } from "../outputs/look.js";
import { bytes, integer } from "../outputs/numbers.js";
import { textTable } from "../outputs/table.js";
import type { StoreStatus, TypeStatus } from "../store/status.js";

/** Hours named one by one; the rest is a number. */
const SHOWN = 10;

/** What a store holds, for people. */
export function statusLines(store: string, status: StoreStatus, look: Look): string[] {
  const { objects, lines, parsed, rejected, blank, duplicates, forgotten_rows, rows } = status;
  const less = [
    ...(duplicates > 0 ? [`${integer(duplicates)} delivered twice`] : []),
    ...(forgotten_rows > 0 ? [`${integer(forgotten_rows)} forgotten`] : []),
  ];
  return [
    `${store}: ${integer(rows)} rows, ${bytes(status.bytes)}, from ${integer(objects)} objects in ${integer(status.commits)} commits`,
    `${integer(lines)} lines = ${integer(parsed)} parsed + ${integer(rejected)} rejected + ${integer(blank)} blank` +
      (less.length > 0 ? `; less ${less.join(" and ")}` : ""),
    ...(status.types.length > 0 ? typesTable(status, look) : []),
    ...thinLines(status),
  ];
}

const typesTable = ({ types }: StoreStatus, look: Look): string[] =>
  textTable(
    [
      "log type",
      "objects",
      "rows",
      "bytes",
      "files",
      "days",
      "from",
      "until",
      "complete hours",
    ].map((title) => ({
      title,
    })),
    types.map((type) => [
      type.log_type,
      type.objects,
      type.rows,
      bytes(type.bytes),
      type.files,
      type.days,
      shortTime(type.from),
      shortTime(type.until),
      completeHours(type),
    ]),
    look,
  );

/** Hours with the usual number of objects, of those where it is known what is usual. */
const completeHours = ({ known, thin }: TypeStatus): string =>
  known === 0 ? "not known" : `${integer(known - thin)} of ${integer(known)}`;

/** To the second; the JSON has the rest. */
const shortTime = (iso: string | null): string => iso?.replace(/\.\d+Z$/, "Z") ?? "";

function thinLines({ types, thin_hours }: StoreStatus): string[] {
  const thin = types.reduce((sum, type) => sum + type.thin, 0);
  if (thin === 0) return [];
  return [
    `${integer(thin)} hours have less than half of the objects usual at that hour of the day:`,
    ...thin_hours
      .slice(0, SHOWN)
      .map(
        ({ hour, log_type, objects, usual }) =>
          `  ${shortTime(hour)}  ${log_type}  ${integer(objects)} instead of ${usual}`,
      ),
    ...(thin > SHOWN ? [`  and ${integer(thin - SHOWN)} more`] : []),
  ];
}
