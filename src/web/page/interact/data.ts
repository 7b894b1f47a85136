import type { PageData } from "../../data.js";

/** The page's data out of its block: JSON, or the same as gzip in base64. */
export async function readData(): Promise<PageData | undefined> {
  const block = document.getElementById("data");
  if (block === null) return undefined;
  const text = block.textContent ?? "";
  if (block.dataset["coding"] !== "gzip") return JSON.parse(text) as PageData;
  const bytes = Uint8Array.from(atob(text.trim()), (character) => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return (await new Response(stream).json()) as PageData;
}
