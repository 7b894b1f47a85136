import { batch, signal } from "@preact/signals";
import { panelNames, type PageData, type PanelName, type Sides, type Told } from "../../data.js";
import type { AlertsShown, BlockQuestion, BlockShown } from "../../live-data.js";
import type { Asked, Live, SqlShown, State } from "../model/state.js";
import { baselineSpans } from "../model/times.js";
import { ask, filtersQuery, Refused } from "./ask.js";
import { negated } from "./negate.js";

/** Milliseconds of rest before the server is asked. */
const WAIT = 150;

export function createLive(): Live {
  return {
    pending: signal<ReadonlySet<string>>(new Set()),
    problem: signal<string | undefined>(undefined),
    follow: signal(false),
    news: signal(false),
    sql: signal<SqlShown>({ query: SAMPLE, state: "idle" }),
    alerts: signal<Asked<AlertsShown>>({ state: "idle" }),
    block: signal<Asked<BlockShown> & { readonly question?: BlockQuestion }>({ state: "idle" }),
  };
}

const SAMPLE =
  "SELECT client_ip, count(*) AS requests\nFROM requests\nGROUP BY ALL\nORDER BY requests DESC\nLIMIT 20";

/** The conversation with the server: every new question ends the one before it. */
export class Conversation {
  #page = new AbortController();
  #sides = new AbortController();
  #sql = new AbortController();
  #alerts = new AbortController();
  #block = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly state: State,
    readonly live: Live,
    /** Called when the server wants to know again who asks. */
    readonly onOut: () => void,
  ) {}

  /** The page for these filters; its panels come one after another. */
  async load(where: readonly string[], windows: "found" | "kept"): Promise<boolean> {
    this.#page.abort();
    this.stopBlock();
    const own = (this.#page = new AbortController());
    const { state, live } = this;
    live.pending.value = new Set(["page", ...panelNames]);
    live.problem.value = undefined;
    try {
      const query = filtersQuery(where);
      const data = await ask<PageData>(`/api/page?${query}`, own.signal);
      batch(() => {
        const panels = windows === "kept" ? state.data.value.panels : data.panels;
        state.data.value = { ...data, panels };
        if (windows === "found" || state.windows.value === null) state.windows.value = data.windows;
        state.exact.value = undefined;
        live.news.value = false;
        this.#settled("page");
      });
      void this.compare(0);
      void this.panels();
      return true;
    } catch (error) {
      if (!own.signal.aborted) this.#failed(error);
      return false;
    }
  }

  /** Asks for the findings of all analyses, one after another, and for what they come to. */
  async panels(): Promise<void> {
    const { live, state } = this;
    const stop = this.#page.signal;
    live.pending.value = new Set(panelNames);
    const query = filtersQuery(state.data.value.where);
    try {
      for (const name of panelNames) await this.#panel(name, query, stop);
      const verdict = await ask<PageData["verdict"]>(`/api/verdict?${query}`, stop);
      state.data.value = { ...state.data.value, verdict };
    } catch (error) {
      if (!stop.aborted) this.#failed(error);
    }
  }

  /** Asks for the two times exactly, a moment after they have come to rest. */
  async compare(wait = WAIT): Promise<void> {
    clearTimeout(this.#timer);
    this.#sides.abort();
    this.stopBlock();
    const own = (this.#sides = new AbortController());
    const { state } = this;
    state.exact.value = undefined;
    const windows = state.windows.value;
    if (windows === null) return;
    await new Promise((resolve) => (this.#timer = setTimeout(resolve, wait)));
    if (own.signal.aborted) return;
    const { zone, where } = state.data.value;
    const baseline = baselineSpans(windows, zone);
    try {
      const body = { where, incident: windows.incident, baseline };
      const sides = await ask<Sides>("/api/sides", own.signal, body);
      if (state.windows.value === windows) state.exact.value = sides;
    } catch (error) {
      if (!own.signal.aborted) this.#failed(error);
    }
  }

  /** Runs a person's SQL. */
  async sql(query: string): Promise<void> {
    this.#sql.abort();
    const own = (this.#sql = new AbortController());
    const { live } = this;
    live.sql.value = { query, state: "running" };
    try {
      const answer = await ask<NonNullable<SqlShown["answer"]>>("/api/sql", own.signal, { query });
      live.sql.value = { query, state: "done", answer };
    } catch (error) {
      if (own.signal.aborted) return;
      live.sql.value = { query, state: "failed", problem: messageOf(error) };
    }
  }

  stopSql(): void {
    this.#sql.abort();
    const { sql } = this.live;
    sql.value = { query: sql.value.query, state: "idle" };
  }

  /** Reads what alerts remember now. */
  async alerts(): Promise<void> {
    this.#alerts.abort();
    const own = (this.#alerts = new AbortController());
    const { alerts } = this.live;
    alerts.value = { ...alerts.value, state: "running" };
    try {
      alerts.value = { state: "done", answer: await ask<AlertsShown>("/api/alerts", own.signal) };
    } catch (error) {
      if (!own.signal.aborted) alerts.value = { state: "failed", problem: messageOf(error) };
    }
  }

  /** Asks for a block plan. */
  async block(question: BlockQuestion): Promise<void> {
    this.#block.abort();
    const own = (this.#block = new AbortController());
    const { block } = this.live;
    block.value = { state: "running", question };
    try {
      const answer = await ask<BlockShown>(`/api/block?${blockQuery(question)}`, own.signal);
      block.value = { state: "done", question, answer };
    } catch (error) {
      if (own.signal.aborted) return;
      block.value = { state: "failed", question, problem: messageOf(error) };
    }
  }

  /** Ends the planning that is under way; a plan that was made stays to be read. */
  stopBlock(): void {
    const { block } = this.live;
    if (block.value.state !== "running") return;
    this.#block.abort();
    block.value = { state: "idle" };
  }

  async #panel(name: PanelName, query: string, stop: AbortSignal): Promise<void> {
    const told = await ask<Told | null>(`/api/panel/${name}?${query}`, stop);
    const { state } = this;
    batch(() => {
      const { panels } = state.data.value;
      state.data.value = { ...state.data.value, panels: { ...panels, [name]: told } };
      this.#settled(name);
    });
  }

  #settled(name: string): void {
    const rest = new Set(this.live.pending.value);
    rest.delete(name);
    this.live.pending.value = rest;
  }

  #failed(error: unknown): void {
    if (error instanceof Refused && error.status === 401) this.onOut();
    this.live.pending.value = new Set();
    this.live.problem.value = messageOf(error);
  }
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);

function blockQuery({ where, window, target, by, bucket }: BlockQuestion): string {
  const params = new URLSearchParams(filtersQuery(where));
  if (window !== null) {
    params.set("from", String(window[0]));
    params.set("until", String(window[1]));
  }
  params.set("target", String(target));
  params.set("by", by);
  if (bucket !== null) params.set("bucket", bucket);
  return params.toString();
}

/** The filters with one more; the opposite of a condition that cannot be negated is none. */
export function withFilter(
  where: readonly string[],
  condition: string,
  kind: "only" | "not",
): readonly string[] {
  const added = kind === "only" ? condition : negated(condition);
  return added === undefined || where.includes(added) ? where : [...where, added];
}
