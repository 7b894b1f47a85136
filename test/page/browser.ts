import { existsSync } from "node:fs";
import { chromium, type Browser, type BrowserContextOptions, type Page } from "playwright-core";
import { afterAll } from "vitest";

/** Debian's Chromium; another one by CHROMIUM. */
export const program = process.env["CHROMIUM"] ?? "/usr/bin/chromium";

const FLAGS =
  "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run " +
  "--disable-background-networking --disable-component-update --disable-sync";

let started: Promise<Browser> | undefined;

function browser(): Promise<Browser> {
  started ??= chromium.launch({ executablePath: program, args: FLAGS.split(" ") });
  return started;
}

afterAll(async () => {
  await (await started)?.close();
});

export interface Opened {
  readonly page: Page;
  /** What went wrong in the page: errors of scripts, refusals of the policy, requests to elsewhere. */
  readonly faults: string[];
}

/** Opens a page in a profile of its own; `?` of a file is not read by anything. */
export async function open(
  address: string,
  { wait = "html.js", ...options }: BrowserContextOptions & { readonly wait?: string } = {},
): Promise<Opened> {
  const context = await (
    await browser()
  ).newContext({
    viewport: { width: 1440, height: 900 },
    acceptDownloads: true,
    ...options,
  });
  const page = await context.newPage();
  const faults: string[] = [];
  page.on("pageerror", (error) => faults.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") faults.push(message.text());
  });
  page.on("dialog", (dialog) => {
    faults.push(`dialog ${dialog.message()}`);
    void dialog.dismiss();
  });
  const { origin, protocol } = new URL(address);
  page.on("request", (request) => {
    const url = new URL(request.url());
    const isOwn = protocol === "file:" ? request.url() === address : url.origin === origin;
    if (!isOwn && !/^(?:data|blob):$/.test(url.protocol)) faults.push(`request ${request.url()}`);
  });
  await page.goto(address);
  if (options.javaScriptEnabled !== false) await page.waitForSelector(wait, { timeout: 60_000 });
  return { page, faults };
}

export const isInstalled = existsSync(program);
