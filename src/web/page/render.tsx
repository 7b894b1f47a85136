import { renderToString } from "preact-render-to-string";
import type { PageData } from "../data.js";
import { App } from "./App.js";
import { createState } from "./model/state.js";

/** The page as HTML, readable without any script. */
export const render = (data: PageData): string => renderToString(<App state={createState(data)} />);
