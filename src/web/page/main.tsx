import "./style.css";
import { hydrate, render } from "preact";
import { App } from "./App.js";
import { viewOf, viewText } from "./interact/address.js";
import { readData } from "./interact/data.js";
import { tools } from "./interact/tools.js";
import { moveWindows, type Change } from "./interact/windows.js";
import { createState } from "./model/state.js";

async function start(): Promise<void> {
  const data = await readData();
  const root = document.getElementById("page");
  if (data === undefined || root === null) return;
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
  if (root.firstChild === null) render(<App state={state} />, root);
  else hydrate(<App state={state} />, root);
  restore();
  addEventListener("popstate", restore);
  moveWindows(state, change);
  tools(state, change, keep);
  document.documentElement.classList.add("js");
}

void start();
