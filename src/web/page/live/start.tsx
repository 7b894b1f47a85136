import { signal } from "@preact/signals";
import { render } from "preact";
import type { PageData } from "../../data.js";
import type { BlockQuestion } from "../../live-data.js";
import { App } from "../App.js";
import { viewOf, viewText } from "../interact/address.js";
import { copy, tools } from "../interact/tools.js";
import { moveWindows, type Change } from "../interact/windows.js";
import { createState, type Live, type State } from "../model/state.js";
import { ask, filtersQuery, Refused } from "./ask.js";
import { Conversation, createLive, withFilter } from "./live.js";
import { Login } from "./Login.js";
import { Menu, type MenuAt } from "./Menu.js";

/** A page from a server: lets a person in, then shows what stands in the address. */
export async function startLive(root: HTMLElement): Promise<void> {
  document.documentElement.classList.add("js");
  const token = new URLSearchParams(location.hash.slice(1)).get("token");
  if (token !== null) {
    // It must not stay in the history.
    history.replaceState(null, "", location.pathname + location.search);
    await ask("/api/login", undefined, { secret: token }).catch(() => undefined);
  }
  const where = new URLSearchParams(location.search).getAll("w");
  try {
    show(root, await ask<PageData>(`/api/page?${filtersQuery(where)}`));
  } catch (error) {
    if (error instanceof Refused && error.status === 401) login(root, undefined);
    else if (where.length > 0) location.replace(location.pathname);
    else login(root, error instanceof Error ? error.message : String(error));
  }
}

function login(root: HTMLElement, problem: string | undefined): void {
  render(<Login problem={problem} />, root);
  const form = root.querySelector("form");
  form?.addEventListener(
    "submit",
    (event) => {
      event.preventDefault();
      const secret = new FormData(form).get("secret");
      void ask("/api/login", undefined, { secret }).then(
        () => location.reload(),
        (error: unknown) => login(root, error instanceof Error ? error.message : String(error)),
      );
    },
    { once: true },
  );
}

function show(root: HTMLElement, data: PageData): void {
  const live = createLive();
  const state = createState(data, live);
  const menu = signal<MenuAt | undefined>(undefined);
  const talk = new Conversation(state, live, () => location.reload());
  const restored = (): void => {
    const view = viewOf(new URLSearchParams(location.search), state);
    state.windows.value = view.windows;
    state.measure.value = view.measure;
  };
  const keep = (): void => {
    const text = viewText(state).toString();
    const address = text === "" ? location.pathname : `?${text}`;
    if (text !== location.search.slice(1)) history.pushState(null, "", address);
  };
  const change: Change = (windows, final) => {
    state.windows.value = windows;
    state.exact.value = undefined;
    if (!final) return;
    keep();
    void talk.compare();
  };
  const filtered = async (where: readonly string[]): Promise<boolean> => {
    const isFound = sameAsFound(state);
    const done = await talk.load(where, isFound ? "found" : "kept");
    if (done) state.said.value = where.length === 0 ? "No filters" : `${where.length} filters`;
    return done;
  };
  render(
    <>
      <App state={state} />
      <aside aria-label="What can be done with a value">
        <Menu at={menu} />
      </aside>
    </>,
    root,
  );
  restored();
  document.title = `${data.inputs[0]?.name ?? ""} - culprit`;
  void talk.panels();
  void talk.compare(0);
  void talk.alerts();
  const moved = async (where: readonly string[]): Promise<void> => {
    if (!(await talk.load(where, "found"))) return;
    restored();
    void talk.compare(0);
  };
  addEventListener("popstate", () => {
    const where = new URLSearchParams(location.search).getAll("w");
    const isSame = JSON.stringify(where) === JSON.stringify(state.data.value.where);
    if (isSame) {
      restored();
      void talk.compare();
    } else {
      void moved(where);
    }
  });
  moveWindows(state, change);
  tools(state, change, keep);
  forms(state, talk, filtered, keep);
  values(state, menu, async (where) => {
    if (await filtered(where)) keep();
  });
  follow(talk, state, live);
}

const sameAsFound = ({ windows, data }: State): boolean =>
  JSON.stringify(windows.value) === JSON.stringify(data.value.windows);

/** The box for filters, the query, and their buttons. */
function forms(
  state: State,
  talk: Conversation,
  filtered: (where: readonly string[]) => Promise<boolean>,
  keep: () => void,
): void {
  const add = async (where: readonly string[], form: HTMLFormElement): Promise<void> => {
    if (!(await filtered(where))) return;
    form.reset();
    keep();
  };
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement)) return;
    event.preventDefault();
    const text = (name: string): string => {
      const value = new FormData(form).get(name);
      return typeof value === "string" ? value.trim() : "";
    };
    if (form.dataset["form"] === "sql") void talk.sql(text("query"));
    if (form.dataset["form"] === "block") void talk.block(questionOf(state, text));
    const where = text("where");
    if (form.dataset["form"] !== "where" || where === "") return;
    const before = state.data.value;
    void add([...before.where, where], form);
  });
  document.addEventListener("click", ({ target }) => {
    const one = target instanceof Element ? target.closest<HTMLElement>("[data-unfilter]") : null;
    const text = one?.dataset["unfilter"];
    if (text !== undefined) {
      const rest = state.data.value.where.filter((where) => where !== text);
      void filtered(rest).then((done) => done && keep());
    }
    const action = target instanceof HTMLElement ? target.dataset["do"] : undefined;
    if (action === "stop-sql") talk.stopSql();
    if (action === "stop-block") talk.stopBlock();
    if (action === "alerts") void talk.alerts();
    if (action === "reload") void filtered(state.data.value.where);
  });
  document.addEventListener("keydown", (event) => {
    const { target, key } = event;
    const isTyping = target instanceof Element && target.matches("input, textarea, select");
    if (key === "/" && !isTyping) {
      event.preventDefault();
      document.querySelector<HTMLInputElement>('[name="where"]')?.focus();
    }
    const isRun = key === "Enter" && (event.ctrlKey || event.metaKey);
    if (isRun && target instanceof HTMLTextAreaElement) target.form?.requestSubmit();
  });
}

/** The block plan that its form asks for: of what the page shows now. */
function questionOf(state: State, text: (name: string) => string): BlockQuestion {
  const bucket = text("bucket");
  return {
    where: state.data.value.where,
    window: text("over") === "incident" ? (state.windows.value?.incident ?? null) : null,
    target: Number(text("target")),
    by: text("by") === "bytes" ? "bytes" : "requests",
    bucket: bucket === "" ? null : bucket,
  };
}

/** The menu of a value: opened by its button, left by Escape. */
function values(
  state: State,
  menu: { value: MenuAt | undefined },
  filtered: (where: readonly string[]) => Promise<void>,
): void {
  let opener: HTMLElement | undefined;
  const close = (): void => {
    if (menu.value === undefined) return;
    menu.value = undefined;
    opener?.focus();
  };
  document.addEventListener("click", ({ target }) => {
    if (!(target instanceof Element)) return;
    const action = target.closest<HTMLElement>("[data-menu]")?.dataset["menu"];
    const shown = menu.value;
    if (action !== undefined && shown !== undefined) {
      close();
      if (action === "copy") void copy(shown.value, state);
      else {
        const kind = action === "only" ? "only" : "not";
        void filtered(withFilter(state.data.value.where, shown.where, kind));
      }
      return;
    }
    const button = target.closest<HTMLElement>("button.value");
    const { where, value } = button?.dataset ?? {};
    if (button === null || where === undefined || value === undefined) {
      close();
      return;
    }
    opener = button;
    const { left, bottom } = button.getBoundingClientRect();
    menu.value = {
      where,
      value,
      left: Math.max(8, Math.min(left, innerWidth - 150)) + scrollX,
      top: bottom + scrollY + 2,
    };
    requestAnimationFrame(() => document.querySelector<HTMLElement>("[data-menu]")?.focus());
  });
  document.addEventListener("keydown", (event) => {
    if (menu.value === undefined) return;
    if (event.key === "Escape" || event.key === "Tab") close();
    const items = [...document.querySelectorAll<HTMLElement>("[data-menu]")];
    const at = items.findIndex((one) => one === document.activeElement);
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    items[(at + step + items.length) % items.length]?.focus();
  });
}

/** Listens for new lines; shows them at once where that is wanted. */
function follow(talk: Conversation, state: State, live: Live): void {
  const events = new EventSource("/api/events");
  const reload = (): void => {
    void talk.load(state.data.value.where, sameAsFound(state) ? "found" : "kept");
  };
  events.addEventListener("grown", () => {
    void talk.alerts();
    if (live.follow.value) reload();
    else live.news.value = true;
  });
  document.addEventListener("change", ({ target }) => {
    if (!(target instanceof HTMLInputElement) || target.dataset["do"] !== "follow") return;
    live.follow.value = target.checked;
    if (target.checked && live.news.value) reload();
  });
}
