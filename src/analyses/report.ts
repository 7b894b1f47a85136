import { botNames, type BotName } from "./bot-names.js";
import { failing, isError, type Failing } from "./failing.js";
import { declaredBots, type DeclaredBots } from "./bots.js";
import { dimension } from "./fields.js";
import { measures, type Measure } from "./measures.js";
import type { Scope } from "./scope.js";
import { onsetOf, type Onset } from "./onset.js";
import { standout, type Standout } from "./standout.js";
import { stepFor, timeline, type Timeline } from "./timeline.js";
import { top, type TopResult, type TopRow } from "./top.js";

export interface Totals {
  readonly requests: number;
  readonly bytes_sent: number;
  readonly clients: number;
  readonly errors: number;
  readonly first: Date | null;
  readonly last: Date | null;
}

export interface ReportResult {
  readonly totals: Totals;
  readonly timeline: Timeline | undefined;
  readonly standout: (Standout & { readonly story: Story }) | undefined;
  /** Looked for when nobody stands out by what was asked for or sent. */
  readonly failing: (Failing & { readonly story: Story }) | undefined;
  readonly consumers: { readonly by_bytes: TopResult; readonly by_requests: TopResult };
  readonly downloads: { readonly by_count: TopResult; readonly by_bytes: TopResult };
  readonly statuses: TopResult;
  readonly methods: TopResult;
  readonly user_agents: TopResult;
  readonly referrers: TopResult;
  readonly bots: DeclaredBots;
}

/** What the client that stands out did; of one whose requests fail, the failed ones. */
export interface Story {
  readonly objects: TopResult;
  readonly user_agents: TopResult;
  readonly hours: Timeline | undefined;
  /** When it was busy. */
  readonly onset: Onset | undefined;
  /** The automaton it says it is. */
  readonly bot: BotName | undefined;
  /** Whose address it is, as the log or the user's tables say. */
  readonly owner: Owner;
}

export interface Owner {
  readonly owner: string | null;
  readonly as_org: string | null;
  readonly country: string | null;
}

/** Columns of the record that the report reads. */
export const reportColumns = [
  "time",
  "client_ip",
  "method",
  "host",
  "path",
  "key",
  "status",
  "bytes_sent",
  "user_agent",
  "referrer",
  "log_type",
  "owner",
  "as_org",
  "country",
] as const;

/** What was asked for: the S3 key, else the path, else the host of a connection. */
const object = {
  name: "object",
  sql: "coalesce(key, path, host)",
  columns: ["key", "path", "host"],
};

/** A download: content that was asked for and delivered. A connection log has no methods. */
const delivered =
  "(method = 'GET' AND status BETWEEN 200 AND 299 OR method IS NULL AND status IS NULL)";

/** Everything `report` says, from some ten scans of a few columns each. */
export async function report(scope: Scope, limit: number): Promise<ReportResult> {
  const ranked = (name: string, by: Measure): Promise<TopResult> =>
    top(scope, {
      fields: [dimension(name, [], scope.zone, scope.dialect)],
      by,
      limit,
      where: `${name} IS NOT NULL`,
    });
  // Here a missing value is a finding of its own.
  const all = (name: string): Promise<TopResult> =>
    top(scope, {
      fields: [dimension(name, [], scope.zone, scope.dialect)],
      by: measures.requests,
      limit,
    });
  const totals = await totalsOf(scope);
  const byBytes = await ranked("client_ip", measures.bytes_sent);
  const byRequests = await ranked("client_ip", measures.requests);
  const found = standout(byBytes, byRequests);
  const failed = found === undefined ? await failing(scope, totals, byRequests) : undefined;
  const downloads = (by: Measure): Promise<TopResult> =>
    top(scope, {
      fields: [object],
      by,
      limit,
      where: `${object.sql} IS NOT NULL AND ${delivered}`,
    });
  return {
    totals,
    timeline:
      scope.window && (await timeline(scope, scope.requests, scope.window, stepFor(scope.window))),
    standout: found && { ...found, story: await story(scope, clientOf(scope, found), found.by) },
    failing: failed && {
      ...failed,
      story: await story(scope, `${clientOf(scope, failed)} AND ${isError}`, "requests"),
    },
    consumers: { by_bytes: byBytes, by_requests: byRequests },
    downloads: {
      by_count: await downloads(measures.requests),
      by_bytes: await downloads(measures.bytes_sent),
    },
    statuses: await all("status_class"),
    methods: await all("method"),
    user_agents: await all("user_agent"),
    referrers: await all("referrer"),
    bots: await declaredBots(scope, limit),
  };
}

const clientOf = ({ dialect }: Scope, { row }: { readonly row: TopRow }): string =>
  `client_ip = ${dialect.literal(row["client_ip"] as string)}`;

async function totalsOf({ db, requests }: Scope): Promise<Totals> {
  const [row] = await db.rows(`SELECT count(*) AS requests,
    CAST(coalesce(sum(bytes_sent), 0) AS BIGINT) AS bytes_sent,
    count(DISTINCT client_ip) AS clients, count(*) FILTER (WHERE ${isError}) AS errors,
    min(time) AS first, max(time) AS last FROM ${requests}`);
  return row as unknown as Totals;
}

async function story(scope: Scope, own: string, by: "requests" | "bytes_sent"): Promise<Story> {
  const within = (fields: Parameters<typeof top>[1]["fields"]): Promise<TopResult> =>
    top(scope, { fields, by: measures[by], limit: 5, where: own });
  const relation = `(SELECT * FROM ${scope.requests} WHERE ${own})`;
  const agents = await within([dimension("user_agent", [], scope.zone, scope.dialect)]);
  const userAgent = agents.rows[0]?.["user_agent"];
  const nameOf = await botNames();
  const { window } = scope;
  const hours = window && (await timeline(scope, relation, window, stepFor(window)));
  return {
    objects: await within([dimension("method", [], scope.zone, scope.dialect), object]),
    user_agents: agents,
    hours,
    onset: hours && (await onsetOf(scope, window, relation, hours, by)),
    bot: typeof userAgent === "string" ? nameOf(userAgent) : undefined,
    owner: await ownerOf(scope, relation),
  };
}

async function ownerOf({ db, dialect }: Scope, relation: string): Promise<Owner> {
  const [row] = await db.rows(
    `SELECT ${["owner", "as_org", "country"]
      .map((name) => `${dialect.anyValue(name)} AS any_${name}`)
      .join(", ")} FROM ${relation}`,
  );
  const text = (name: string): string | null => (row?.[`any_${name}`] ?? null) as string | null;
  return { owner: text("owner"), as_org: text("as_org"), country: text("country") };
}
