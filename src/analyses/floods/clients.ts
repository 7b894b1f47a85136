import type { Scope } from "../scope.js";
import { FLOOD, TIMER } from "./parameters.js";

/** A client that may be a timer or a flood. */
export interface Candidate {
  readonly client_ip: string;
  readonly requests: number;
  /** Hours with requests. */
  readonly hours: number;
  /** Requests in its busiest minute and hour. */
  readonly peak_minute: number;
  readonly peak_hour: number;
  /** Its first and last request, in seconds since 1970. */
  readonly first_s: number;
  readonly last_s: number;
  /** Its hours are alike, so its gaps are worth a look. */
  readonly even: boolean;
}

/** How busy clients are at their busiest: so many clients have this peak. */
export interface Peak {
  readonly peak: number;
  readonly clients: number;
}

export interface Clients {
  readonly candidates: readonly Candidate[];
  readonly minute_peaks: readonly Peak[];
  readonly hour_peaks: readonly Peak[];
}

/**
 * Chance makes two thirds of hourly counts n differ from the next by more than sqrt(n + n') / 2: the
 * standard deviation of their difference, times 0.6745 for the median, times sqrt(TIMER.fano).
 */
const ALIKE = (0.6745 * 0.6745 * TIMER.fano).toFixed(4);

const COLUMNS = "client_ip, requests, hours, peak_minute, peak_hour, first_s, last_s";

/** The row before, in SQL that all engines have. */
const BEFORE = "PARTITION BY ip_key ORDER BY hour_at ROWS BETWEEN 1 PRECEDING AND 1 PRECEDING";

/** Clients that are worth a look and how busy all are, from a count of the minutes. */
export async function clientsOf({ db, dialect, requests }: Scope): Promise<Clients> {
  const { intDiv, epoch } = dialect;
  const next = "hour_at = hour_before + 1";
  // A number is faster to count by than a text.
  const key = dialect.fingerprint("client_ip");
  const isEven = `requests >= ${TIMER.calls} AND hours >= ${TIMER.hours} AND pairs > 0
        AND alike >= ${TIMER.even} * pairs`;
  const isBusy = `peak_minute >= ${FLOOD.minute} OR peak_hour >= ${FLOOD.hour}`;
  const rows = await db.rows(`
    WITH minutes AS (
      SELECT ${key} AS ip_key, ${intDiv(epoch("time"), "60")} AS minute_at, count(*) AS n
      FROM ${requests} WHERE client_ip IS NOT NULL AND time IS NOT NULL GROUP BY 1, 2),
    hours AS (
      SELECT ip_key, ${intDiv("minute_at", "60")} AS hour_at, CAST(sum(n) AS BIGINT) AS n,
        max(n) AS peak
      FROM minutes GROUP BY 1, 2),
    pairs AS (
      SELECT ip_key, hour_at, CAST(n AS DOUBLE) AS n, peak,
        min(hour_at) OVER (${BEFORE}) AS hour_before,
        CAST(min(n) OVER (${BEFORE}) AS DOUBLE) AS n_before
      FROM hours),
    ${dialect.shared(
      "clients",
      `SELECT ip_key, CAST(sum(n) AS BIGINT) AS requests, count(*) AS hours,
        CAST(max(peak) AS BIGINT) AS peak_minute, CAST(max(n) AS BIGINT) AS peak_hour,
        count(*) FILTER (WHERE ${next}) AS pairs,
        count(*) FILTER (WHERE ${next} AND (n - n_before) * (n - n_before) <= ${ALIKE} * (n + n_before))
          AS alike
      FROM pairs GROUP BY 1`,
    )},
    suspects AS (SELECT * FROM clients WHERE (${isEven}) OR (${isBusy})),
    names AS (
      SELECT ${key} AS name_key, ${dialect.anyValue("client_ip")} AS client_ip,
        min(${epoch("time")}) AS first_s, max(${epoch("time")}) AS last_s
      FROM ${requests}
      WHERE client_ip IS NOT NULL AND time IS NOT NULL AND ${key} IN (SELECT ip_key FROM suspects) GROUP BY 1),
    named AS (SELECT client_ip, first_s, last_s, suspects.* FROM suspects JOIN names ON ip_key = name_key),
    timers AS (
      SELECT * FROM named WHERE ${isEven}
      ORDER BY requests DESC, client_ip LIMIT ${TIMER.clients}),
    busiest AS (
      SELECT * FROM named WHERE ${isBusy} ORDER BY peak_hour DESC, client_ip LIMIT ${FLOOD.clients})
    SELECT 'timer' AS kind, ${COLUMNS} FROM timers
    UNION ALL
    SELECT 'busy', ${COLUMNS} FROM busiest
    UNION ALL
    SELECT 'minute', NULL, peak_minute, count(*), NULL, NULL, NULL, NULL FROM clients GROUP BY peak_minute
    UNION ALL
    SELECT 'hour', NULL, peak_hour, count(*), NULL, NULL, NULL, NULL FROM clients GROUP BY peak_hour`);
  const peaks = (kind: string): Peak[] =>
    rows
      .filter((row) => row["kind"] === kind)
      .map((row) => ({ peak: Number(row["requests"]), clients: Number(row["hours"]) }))
      .toSorted((a, b) => a.peak - b.peak);
  const found = new Map<string, Candidate>();
  for (const { kind, ...row } of rows) {
    if (kind !== "timer" && kind !== "busy") continue;
    const client = row as unknown as Omit<Candidate, "even">;
    const even = kind === "timer" || found.get(client.client_ip)?.even === true;
    found.set(client.client_ip, { ...client, even });
  }
  return {
    candidates: [...found.values()].toSorted(byRequests),
    minute_peaks: peaks("minute"),
    hour_peaks: peaks("hour"),
  };
}

const byRequests = (a: Candidate, b: Candidate): number =>
  b.requests - a.requests || (a.client_ip < b.client_ip ? -1 : 1);
