import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { PageData } from "./data.js";

/** What the build made of `page/`: the script, the style, and the page as a function for Node. */
export interface PageParts {
  readonly script: string;
  readonly style: string;
  readonly render: (data: PageData) => string;
}

/** The built page; the same folder from the sources and from the package. */
const built = new URL("../../dist/page/", import.meta.url);

export async function pageParts(): Promise<PageParts> {
  const text = (name: string): Promise<string> => readFile(new URL(name, built), "utf8");
  const { render } = (await import(new URL("render.js", built).href)) as Pick<PageParts, "render">;
  const [script, style] = await Promise.all([text("page.js"), text("page.css")]);
  return { script: inScript(script), style, render };
}

/** Script text that cannot end its element, whatever its strings hold. */
const inScript = (script: string): string =>
  script.replaceAll(/<\/(?=script)/gi, "<\\/").replaceAll("<!--", "<\\!--");

/** A hash as content security policies write it. */
export const hashOf = (text: string): string =>
  `'sha256-${createHash("sha256").update(text, "utf8").digest("base64")}'`;

/** From this length on data is packed. */
const PLAIN = 256 * 1024;

/** A report as one file: rendered, with its data, and with nothing to fetch or to run beside its own script. */
export async function reportHtml(data: PageData): Promise<string> {
  const { script, style, render } = await pageParts();
  const policy = [
    "default-src 'none'",
    `script-src ${hashOf(script)}`,
    `style-src-elem ${hashOf(style)}`,
    "style-src-attr 'unsafe-inline'",
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  return [
    "<!doctype html>",
    '<html lang="en">',
    "<head>",
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="referrer" content="no-referrer">',
    '<meta name="robots" content="noindex">',
    `<title>${escaped(titleOf(data))}</title>`,
    `<style>${style}</style>`,
    "</head>",
    "<body>",
    `<div id="page">${render(data)}</div>`,
    await dataBlock(data),
    `<script>${script}</script>`,
    "</body>",
    "</html>",
    "",
  ].join("\n");
}

const titleOf = ({ inputs, verdict }: PageData): string =>
  `${verdict.unusual ? `${verdict.who.text}: ` : ""}${inputs[0]?.name ?? "nothing"} - culprit`;

const escaped = (text: string): string =>
  text.replaceAll(/[&<>"]/g, (character) => `&#${String(character.charCodeAt(0))};`);

/** JSON that cannot end its element; long data as gzip in base64. */
async function dataBlock(data: PageData): Promise<string> {
  const json = inertJson(data);
  if (json.length <= PLAIN) return `<script type="application/json" id="data">${json}</script>`;
  const packed = await promisify(gzip)(json, { level: 9 });
  return `<script type="application/json" id="data" data-coding="gzip">${packed.toString("base64")}</script>`;
}

/** `<` could begin a tag; U+2028 and U+2029 end lines in old script engines. */
export const inertJson = (value: unknown): string =>
  JSON.stringify(value).replaceAll(
    /[<\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
