import type { Baseline } from "../analyses/compare/windows.js";
import { dimension } from "../analyses/fields.js";
import { measures } from "../analyses/measures.js";
import { binsOf, type Bins } from "../analyses/page/bins.js";
import {
  cellsOf,
  cubeInCells,
  largestInCells,
  sidesInBins,
  type Cells,
} from "../analyses/page/cells.js";
import { cubeOf } from "../analyses/page/cube.js";
import { pageColumns, pageFacets } from "../analyses/page/dimensions.js";
import { largestValues } from "../analyses/page/largest.js";
import { lorenz } from "../analyses/page/lorenz.js";
import { report, reportColumns, type ReportResult } from "../analyses/report.js";
import type { Scope, Window } from "../analyses/scope.js";
import { isStitched, originOf } from "../analyses/stitch/origin.js";
import type { TopResult, TopRow } from "../analyses/top.js";
import { whereText } from "../analyses/where-text.js";
import {
  timesOf,
  verdictColumns,
  verdicts,
  type Times,
  type Verdicts,
} from "../analyses/verdicts.js";
import { judge } from "../findings/judge.js";
import type { Wording } from "../findings/verdict.js";
import {
  type Cube,
  type OriginCost,
  type PageData,
  type PanelName,
  type Query,
  type Ranking,
  type Series,
  type Span,
  type Table,
  type Told,
  type Windows,
} from "./data.js";
import { changesTold, floodsTold, scrapersTold, spikesTold } from "./told.js";

/** What the analyses say; the rest of the page is what is known of its inputs. */
export type Answers = Omit<
  PageData,
  | "schema_version"
  | "version"
  | "made_at"
  | "command"
  | "inputs"
  | "formats"
  | "accounting"
  | "rejects"
  | "where"
>;

export interface PageOptions {
  /** The report and the verdicts, where they are known already. */
  readonly result?: ReportResult;
  readonly verdicts?: Verdicts;
  /** What is known of every bin, where somebody has it already. */
  readonly cells?: Cells | undefined;
  readonly derived: readonly string[];
  /** Rows of each ranking. */
  readonly limit: number;
  /** Largest values of each field, by each measure, that the windows can be moved over. */
  readonly values: number;
  readonly wording: Wording;
}

/** Columns of the record that the page reads. */
export const columnsOfPage = (derived: readonly string[]): string[] => [
  ...reportColumns,
  ...verdictColumns(derived),
  ...pageColumns(derived),
];

/** Everything the page says of a scope. */
export async function pageAnswers(scope: Scope, options: PageOptions): Promise<Answers> {
  const found = options.verdicts ?? (await verdicts(scope, options.derived));
  const overview = await pageOverview(scope, { ...options, verdicts: found });
  const { changes } = found;
  const { wording } = options;
  return {
    ...overview,
    // Days with an incident of their own are known only now.
    windows:
      changes === undefined ? null : windowsOf(changes.incident, changes.comparison.baseline),
    panels: {
      changes: panelTold("changes", found, scope, wording),
      scrapers: panelTold("scrapers", found, scope, wording),
      floods: panelTold("floods", found, scope, wording),
      spikes: panelTold("spikes", found, scope, wording),
    },
  };
}

/** What the page shows first: all but the analyses that look at every client. */
export async function pageOverview(scope: Scope, options: PageOptions): Promise<Answers> {
  const { limit, wording } = options;
  const { zone, window } = scope;
  const result = options.result ?? (await report(scope, limit));
  const times = await timesOf(scope);
  const bins = window === undefined ? undefined : binsOf(window, zone);
  const { series, cube } = await cubes(scope, bins, times, {
    ...options,
    cells: options.cells ?? (await cellsOfPage(scope, options.derived)),
  });
  const { totals } = result;
  return {
    zone,
    totals: {
      ...totals,
      first: totals.first?.getTime() ?? null,
      last: totals.last?.getTime() ?? null,
    },
    verdict: judge(result, options.verdicts, wording),
    series,
    windows: times === undefined ? null : windowsOf(times.incident, times.baseline),
    cube,
    panels: { changes: null, scrapers: null, floods: null, spikes: null },
    rankings: await rankingsOf(scope, result),
    tables: tablesOf(result),
    origin: isStitched(options.derived) ? await originCost(scope, limit) : null,
    queries: queriesOf(result),
  };
}

/** What is known of every bin of the page; undefined where the engine keeps nothing. */
export async function cellsOfPage(
  scope: Scope,
  derived: readonly string[],
): Promise<Cells | undefined> {
  const { window, zone } = scope;
  return window && cellsOf(scope, binsOf(window, zone), derived);
}

/** The findings of one analysis in words; null where it has nothing to look at. */
export function panelTold(
  name: PanelName,
  found: Partial<Verdicts>,
  { window }: Scope,
  wording: Wording,
): Told | null {
  const { changes, scrapers, floods, spikes } = found;
  if (name === "changes") return changes ? changesTold(changes, wording) : null;
  if (name === "scrapers") return scrapers ? scrapersTold(scrapers, wording) : null;
  if (name === "floods") return floods ? floodsTold(floods, wording) : null;
  return spikes ? spikesTold(spikes, window?.from ?? new Date(0), wording) : null;
}

const spanOf = ({ from, until }: Window): Span => [from.getTime(), until.getTime()];

function windowsOf(incident: Window, { windows, kind, odd }: Baseline): Windows {
  const edges = [...windows, ...odd].flatMap(spanOf);
  return {
    incident: spanOf(incident),
    baseline: [Math.min(...edges), Math.max(...edges)],
    match: kind === "days" ? "hours" : kind === "weekdays" ? "weekdays" : "all",
    without: odd.map(spanOf),
  };
}

/** Requests over time, and the largest values of each field over the same bins. */
async function cubes(
  scope: Scope,
  bins: Bins | undefined,
  times: Times | undefined,
  { derived, values, cells: known }: PageOptions,
): Promise<{ series: Series | null; cube: Cube }> {
  if (bins === undefined) return { series: null, cube: { dimensions: [] } };
  const sides = times && { incident: times.incident, baseline: times.baseline.windows };
  const places = known && sides && sidesInBins(known, sides);
  const isKnown = known !== undefined && (sides === undefined || places !== undefined);
  const large = isKnown
    ? await largestInCells(scope, known, places, values, "all")
    : await largestValues(scope, pageFacets(derived), sides, values);
  const kept = large.map((one) => ({
    facet: one.facet,
    values: one.values.map(({ value }) => value),
  }));
  const { series, cells } = known
    ? await cubeInCells(scope, known, kept)
    : await cubeOf(scope, bins, kept);
  const dimensions = large.map(({ facet, distinct }, at) => ({
    field: facet.name,
    distinct,
    values: (kept[at]?.values ?? []).map((text, place) => {
      const value = text === "" ? null : text;
      return { value, where: facet.where(value), cells: packed(cells[at]?.[place] ?? []) };
    }),
  }));
  return { series: { from: bins.from, step: bins.step, ...series }, cube: { dimensions } };
}

/** Bins as the distance from the one before: small numbers take little room. */
function packed(cells: readonly (readonly number[])[]): number[] {
  let last = 0;
  return cells.flatMap(([bin = 0, ...sums]) => {
    const step = bin - last;
    last = bin;
    return [step, ...sums];
  });
}

async function rankingsOf(scope: Scope, result: ReportResult): Promise<Ranking[]> {
  const { consumers, downloads } = result;
  const { zone, dialect } = scope;
  const clients = dimension("client_ip", [], zone, dialect);
  const of = async (title: string, top: TopResult, curve: boolean): Promise<Ranking> => {
    const by = top.by === "bytes_sent" ? "bytes_sent" : "requests";
    const [field = ""] = top.fields;
    return {
      title,
      field,
      by,
      ...top.concentration,
      rows: top.rows.map((row) => ({
        ...valueOf(field, row[field]),
        requests: row.requests,
        bytes_sent: row.bytes_sent ?? 0,
        share: row.share,
        times_mean: row.times_mean,
        times_median: row.times_median,
      })),
      lorenz: curve ? await lorenz(scope, clients, measures[by]) : [],
    };
  };
  return [
    await of("Top clients by requests", consumers.by_requests, true),
    await of("Top clients by bytes", consumers.by_bytes, true),
    await of("Most downloaded", downloads.by_count, false),
    await of("Most downloaded by bytes", downloads.by_bytes, false),
  ];
}

/** `object` is what was asked for in any kind of log; people filter it by its path. */
function valueOf(
  field: string,
  value: TopRow[string] | undefined,
): { value: string | null; where: string } {
  const text = value === null || value === undefined ? null : `${value as string | number}`;
  return { value: text, where: whereText(field === "object" ? "path" : field, text) };
}

function tablesOf({
  statuses,
  methods,
  user_agents: agents,
  referrers,
  bots,
  totals,
}: ReportResult): Table[] {
  const of = (title: string, { rows, fields: [field = ""], concentration }: TopResult): Table => ({
    title,
    field,
    rows: rows.map((row) => ({
      ...valueOf(field, row[field]),
      ...(field === "status_class" && { where: `status=${String(row[field])}` }),
      requests: row.requests,
      bytes_sent: row.bytes_sent ?? 0,
      share: row.share,
    })),
    groups: concentration.groups,
  });
  const named: Table = {
    title: "Declared bots",
    field: "bot",
    rows: bots.bots.map((bot) => ({
      value: bot.name,
      where: whereText("user_agent", bot.user_agent),
      requests: bot.requests,
      bytes_sent: bot.bytes_sent,
      share: totals.requests === 0 ? 0 : bot.requests / totals.requests,
    })),
    groups: bots.bots.length,
  };
  return [
    of("Status", statuses),
    of("Methods", methods),
    of("User-Agents", agents),
    of("Referrers", referrers),
    named,
  ].filter(({ rows }) => rows.length > 0);
}

async function originCost(scope: Scope, limit: number): Promise<OriginCost> {
  const { match, costs, ...sums } = await originOf(scope, limit);
  return {
    ...sums,
    rate: match.rate,
    ambiguous: match.outcomes.ambiguous,
    rows: costs.map(
      ({ client_ip: client, requests, behind, behind_ms, behind_bytes, cost_share }) => ({
        value: client,
        where: whereText("client_ip", client),
        requests,
        behind,
        behind_ms,
        behind_bytes,
        cost_share,
      }),
    ),
  };
}

const queriesOf = ({ consumers, downloads, statuses }: ReportResult): Query[] => [
  { title: "Top clients by requests", sql: consumers.by_requests.sql },
  { title: "Top clients by bytes", sql: consumers.by_bytes.sql },
  { title: "Most downloaded", sql: downloads.by_count.sql },
  { title: "Status", sql: statuses.sql },
];
