import { jodaFormat, mysqlFormat } from "./literals.js";
import { each, macro, refused, renamed, same, type Rules } from "./rule.js";

const zones = refused(
  "All times here are UTC, without a zone of their own",
  "Leave the zone out; shift by hours with date_add('hour', 2, ts) where that is meant",
);

/** https://trino.io/docs/current/functions/datetime.html */
export const times: Rules = {
  now: same(0),
  date: macro(1, "(t) AS CAST(t AS DATE)"),
  date_trunc: same(2),
  ...each("year quarter month week day hour minute second", same(1)),
  day_of_month: renamed("day", 1),
  week_of_year: renamed("week", 1),
  ...each("day_of_week dow", renamed("isodow", 1)),
  ...each("day_of_year doy", renamed("dayofyear", 1)),
  ...each("year_of_week yow", renamed("isoyear", 1)),
  millisecond: macro(1, "(t) AS millisecond(t) % 1000"),
  last_day_of_month: renamed("last_day", 1),
  date_add: macro(3, "(u, n, t) AS t + n * CAST('1 ' || lower(u) AS INTERVAL)"),
  // Trino counts whole units, the engine's own date_diff the borders between them.
  date_diff: renamed("date_sub", 3),
  to_unixtime: renamed("epoch", 1),
  from_unixtime: renamed("to_timestamp", 1),
  from_iso8601_timestamp: macro(1, "(s) AS CAST(s AS TIMESTAMPTZ)"),
  from_iso8601_date: macro(1, "(s) AS CAST(s AS DATE)"),
  date_format: renamed("strftime", 2, { 1: mysqlFormat }),
  date_parse: renamed("strptime", 2, { 1: mysqlFormat }),
  format_datetime: renamed("strftime", 2, { 1: (text) => jodaFormat(text, "written") }),
  parse_datetime: macro(2, "(s, f) AS CAST(strptime(s, f) AS TIMESTAMPTZ)", {
    1: (text) => jodaFormat(text, "read"),
  }),
  ...each("with_timezone at_timezone timezone current_timezone timezone_hour", zones),
};
