import "./style.css";
import { hydrate } from "preact";
import { App } from "./App.js";
import { viewOf, viewText } from "./interact/address.js";
import { readData } from "./interact/data.js";
import { tools } from "./interact/tools.js";
import { moveWindows, type Change } from "./interact/windows.js";
import { startLive } from "./live/start.js";
import { createState } from "./model/state.js";

/** A report's file: everything is in it, and the view stands in its fragment. */
async function startFile(root: HTMLElement): Promise<void> {
  const data = await readData();
  if (data === undefined) return;
  const state = createState(data);
  const restore = (): void => {
    const view = viewOf(new URLSearchParams(location.hash.slice(1)), state);
    state.windows.value = view.windows;
    state.measure.value = view.measure;
  };
  const keep = (): void => {
    const text = viewText(state).toString();
    if (text !== location.hash.slice(1)) history.pushState(null, "", `#${text}`);
  };
  const change: Change = (windows, final) => {
    state.windows.value = windows;
    if (final) keep();
  };
  hydrate(<App state={state} />, root);
  restore();
  addEventListener("popstate", restore);
  moveWindows(state, change);
  tools(state, change, keep);
  document.documentElement.classList.add("js");
}

const root = document.getElementById("page");
if (root !== null) void (root.dataset["live"] === undefined ? startFile(root) : startLive(root));
