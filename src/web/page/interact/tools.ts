import type { Match, MeasureName } from "../../data.js";
import type { State } from "../model/state.js";
import type { Change } from "./windows.js";

/** Buttons, lists and keys that change the view; `keep` writes it into the address. */
export function tools(state: State, change: Change, keep: () => void): void {
  const actions: Record<string, () => void> = {
    undo: () => history.back(),
    share: () => void copy(location.href, state),
    auto: () => {
      const { windows } = state.data.value;
      if (windows !== null) change(windows, true);
    },
  };
  document.addEventListener("click", (event) => {
    if (!(event.target instanceof Element)) return;
    const button = event.target.closest<HTMLElement>("[data-do], [data-copy]");
    const { copy: text, do: action } = button?.dataset ?? {};
    if (text !== undefined) void copy(text, state, button);
    else if (action !== undefined) actions[action]?.();
  });
  document.addEventListener("change", ({ target }) => {
    if (!(target instanceof HTMLSelectElement)) return;
    if (target.dataset["do"] === "measure") {
      state.measure.value = target.value as MeasureName;
      keep();
    }
    const windows = state.windows.value;
    if (target.dataset["do"] === "match" && windows !== null) {
      change({ ...windows, match: target.value as Match }, true);
    }
    if (target.dataset["do"] === "theme") applyTheme(target.value);
  });
  const shortcuts: Record<string, string> = { a: "auto", u: "undo" };
  document.addEventListener("keydown", (event) => {
    const { target, key, ctrlKey, metaKey, altKey } = event;
    if (ctrlKey || metaKey || altKey) return;
    if (target instanceof Element && target.matches("input, textarea, select")) return;
    const action = shortcuts[key];
    if (action !== undefined) actions[action]?.();
  });
  restoreTheme();
}

/** Copies, and says so. Where there is no clipboard, as in a page without a secure origin, the text is selected. */
export async function copy(text: string, state: State, button?: Element | null): Promise<void> {
  const done = await write(text);
  state.said.value = done ? "Copied" : "Press Ctrl+C to copy";
  if (!(button instanceof HTMLButtonElement) || !done) return;
  const label = button.textContent;
  button.textContent = "Copied";
  setTimeout(() => (button.textContent = label), 1200);
}

async function write(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement("textarea");
    area.value = text;
    area.className = "hidden";
    document.body.append(area);
    area.select();
    // The only way without a secure origin.
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}

const THEMES = ["light", "dark"];
const KEY = "culprit-colours";

function applyTheme(theme: string): void {
  const root = document.documentElement;
  if (THEMES.includes(theme)) root.dataset["theme"] = theme;
  else delete root.dataset["theme"];
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // A browser that keeps nothing.
  }
}

function restoreTheme(): void {
  let theme: string | null = null;
  try {
    theme = localStorage.getItem(KEY);
  } catch {
    return;
  }
  if (theme === null || !THEMES.includes(theme)) return;
  applyTheme(theme);
  const list = document.querySelector<HTMLSelectElement>('[data-do="theme"]');
  if (list !== null) list.value = theme;
}
