import { batch, signal } from "@preact/signals";
import { panelNames, type PageData, type PanelName, type Sides, type Told } from "../../data.js";
import type { Live, SqlShown, State } from "../model/state.js";
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
  };
}

const SAMPLE =
  "SELECT client_ip, count(*) AS requests\nFROM requests\nGROUP BY ALL\nORDER BY requests DESC\nLIMIT 20";

/** The conversation with the server: every new question ends the one before it. */
export class Conversation {
  #page = new AbortController();
  #sides = new AbortController();
  #sql = new AbortController();
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
      const problem = error instanceof Error ? error.message : String(error);
      live.sql.value = { query, state: "failed", problem };
    }
  }

  stopSql(): void {
    this.#sql.abort();
    const { sql } = this.live;
    sql.value = { query: sql.value.query, state: "idle" };
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
    this.live.problem.value = error instanceof Error ? error.message : String(error);
  }
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
