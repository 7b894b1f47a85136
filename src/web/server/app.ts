import { Hono, type Context } from "hono";
import { bodyLimit } from "hono/body-limit";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import { streamSSE } from "hono/streaming";
import { problemText } from "../../cli/errors.js";
import { Problem } from "../../problems/problem.js";
import { panelNames } from "../data.js";
import { hashOf, type PageParts } from "../html.js";
import type { Dataset } from "./dataset.js";
import type { Follower } from "./follow.js";
import type { Guard } from "./guard.js";
import { TooBusy } from "./jobs.js";
import { written } from "../../outputs/blocklists/blocklist.js";
import { blockTargets } from "../../outputs/blocklists/registry.js";
import { listOf } from "../block-shown.js";
import { blockOf, filtersOf, timesOf } from "./asked.js";
import { answerSql, csvOf } from "./sql.js";

export interface Served {
  readonly guard: Guard;
  readonly dataset: Dataset;
  readonly follower: Follower;
  readonly page: PageParts;
  /** Distinguishes the cookies of several servers of one machine. */
  readonly name: string;
  /** Ends with the server. */
  readonly signal: AbortSignal;
}

/** Requests with bodies beyond this have nothing to ask here. */
const BODY = 64 * 1024;
/** Pages that wait for news at once. */
const LISTENERS = 32;

/** Files of rows that are made at once. */
const DOWNLOADS = 4;
const TOO_MUCH = "The rows are too many for a file of the page; culprit sql writes any number";

/** The routes: thin faces over the dataset, behind the guard. */
export function app({ guard, dataset, follower, page, name, signal }: Served): Hono {
  const routes = new Hono();
  const cookie = `culprit-${name}`;
  const shell = shellHtml(page);
  let listeners = 0;
  let downloads = 0;

  routes.use(async (c, next) => {
    if (!guard.knows(c.req.header("host"))) return c.text("Misdirected request\n", 421);
    await next();
    for (const [header, value] of Object.entries(HEADERS)) c.header(header, value);
    c.header("Content-Security-Policy", shell.policy);
    return undefined;
  });

  routes.get("/", (c) => c.html(shell.html));

  routes.use("/api/*", async (c, next) => {
    // Browsers send this with every request since 2023; what they do not send is no page of ours.
    const site = c.req.header("sec-fetch-site");
    if (site !== undefined && site !== "same-origin" && site !== "none") return refused(c, 403);
    return next();
  });
  routes.use("/api/*", bodyLimit({ maxSize: BODY, onError: (c) => refused(c, 413) }));

  routes.post("/api/login", async (c) => {
    if (!isJson(c)) return refused(c, 415);
    const body = (await c.req.json().catch(() => null)) as { secret?: unknown } | null;
    const entered = guard.enter(typeof body?.secret === "string" ? body.secret : "");
    if ("refused" in entered) return refused(c, entered.refused === "late" ? 429 : 401);
    setCookie(c, cookie, entered.session, { httpOnly: true, sameSite: "Strict", path: "/" });
    return c.json({ ok: true });
  });

  routes.use("/api/*", async (c, next) => {
    const session = getCookie(c, cookie);
    if (session === undefined || !guard.isIn(session)) return refused(c, 401);
    if (!guard.mayAsk(session)) {
      c.header("Retry-After", "1");
      return refused(c, 429);
    }
    return next();
  });

  routes.post("/api/logout", (c) => {
    deleteCookie(c, cookie);
    return c.json({ ok: true });
  });

  routes.get("/api/page", async (c) =>
    c.json(await dataset.overview(filtersOf(c.req.queries("w")), c.req.raw.signal)),
  );

  routes.get("/api/panel/:name", async (c) => {
    const panel = panelNames.find((one) => one === c.req.param("name"));
    if (panel === undefined) return refused(c, 404);
    const told = await dataset.panel(panel, filtersOf(c.req.queries("w")), c.req.raw.signal);
    return c.json(told);
  });

  routes.get("/api/verdict", async (c) =>
    c.json(await dataset.verdict(filtersOf(c.req.queries("w")), c.req.raw.signal)),
  );

  routes.post("/api/sides", async (c) => {
    if (!isJson(c)) return refused(c, 415);
    const body: unknown = await c.req.json().catch(() => null);
    const { where, times } = timesOf(body);
    return c.json(await dataset.sides(where, times, c.req.raw.signal));
  });

  routes.get("/api/alerts", async (c) => c.json(await dataset.source.alerts()));

  routes.get("/api/block", async (c) => {
    const { question } = blockOf(new URL(c.req.url).searchParams);
    return c.json(await dataset.block(question, c.req.raw.signal));
  });

  routes.get("/api/block/:target", async (c) => {
    const target = blockTargets.find((one) => one.name === c.req.param("target"));
    if (target === undefined) return refused(c, 404);
    const { question, version = dataset.version } = blockOf(new URL(c.req.url).searchParams);
    const plan = await dataset.plan(question, version, c.req.raw.signal);
    const undo = c.req.query("undo") !== undefined;
    const text = written(target, listOf(plan, question.bucket), undo);
    const file = `culprit-${target.name}${undo ? "-undo" : ""}.${endingOf(target.name, text)}`;
    return c.body(text, 200, {
      "Content-Type": "text/plain; charset=utf-8",
      "Content-Disposition": `attachment; filename="${file}"`,
    });
  });

  routes.post("/api/sql", async (c) => {
    if (!isJson(c)) return refused(c, 415);
    const body = (await c.req.json().catch(() => null)) as { query?: unknown } | null;
    const query = typeof body?.query === "string" ? body.query : "";
    return c.json(await answerSql(dataset, query, c.req.raw.signal));
  });

  routes.get("/api/sql.csv", async (c) => {
    if (downloads >= DOWNLOADS) return refused(c, 503);
    downloads += 1;
    try {
      const blocks = await csvOf(dataset, c.req.query("query") ?? "", c.req.raw.signal);
      if (blocks === undefined) return c.json({ problem: TOO_MUCH }, 400);
      return c.body(new Blob(blocks).stream(), 200, {
        "Content-Type": "text/csv; charset=utf-8",
        "Content-Disposition": 'attachment; filename="culprit.csv"',
      });
    } finally {
      downloads -= 1;
    }
  });

  routes.get("/api/events", (c) => {
    if (listeners >= LISTENERS) return refused(c, 503);
    listeners += 1;
    return streamSSE(c, async (stream) => {
      const forget = follower.listen(async (news) => {
        await stream.writeSSE({ event: news.kind, data: JSON.stringify(news) });
      });
      try {
        await stream.writeSSE({
          event: "hello",
          data: JSON.stringify({ version: dataset.version }),
        });
        while (!stream.aborted && !stream.closed && !signal.aborted) {
          await stream.sleep(15_000);
          await stream.writeSSE({ event: "beat", data: "" });
        }
      } finally {
        forget();
        listeners -= 1;
      }
    });
  });

  routes.notFound((c) => refused(c, 404));
  routes.onError((error, c) => {
    if (c.req.raw.signal.aborted) return c.body(null, 499 as 400);
    if (error instanceof TooBusy) {
      c.header("Retry-After", "2");
      return c.json({ problem: problemText(error) }, 503);
    }
    if (error instanceof Problem) return c.json({ problem: problemText(error) }, 400);
    return c.json({ problem: "This is a bug in culprit, please report it" }, 500);
  });
  return routes;
}

const REASONS = {
  401: "Log in first",
  403: "Only this server's own page may ask",
  404: "There is nothing here",
  413: "The request is too large",
  415: "The request is not JSON",
  429: "Too many requests; wait a moment",
  503: "Too many ask at once; try again in a moment",
} as const;

const refused = (c: Context, status: keyof typeof REASONS): Response =>
  c.json({ problem: REASONS[status] }, status);

/** Forms of other sites cannot send this type without being asked first (CORS). */
const isJson = (c: Context): boolean =>
  (c.req.header("content-type") ?? "").split(";")[0]?.trim() === "application/json";

/** What a block list's file is named after the dot. */
const endingOf = (target: string, text: string): string =>
  /^\s*[[{]/.test(text) ? "json" : target.endsWith("csv") ? "csv" : "conf";

const HEADERS = {
  "Cache-Control": "no-store",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
};

/** The page without data: its script asks for that. */
function shellHtml({ script, style }: PageParts): { html: string; policy: string } {
  const policy = [
    "default-src 'none'",
    `script-src ${hashOf(script)}`,
    `style-src-elem ${hashOf(style)}`,
    "style-src-attr 'unsafe-inline'",
    "img-src data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
  const html = [
    "<!doctype html>",
    '<html lang="en">',
    "<head>",
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    "<title>culprit</title>",
    `<style>${style}</style>`,
    "</head>",
    "<body>",
    '<div id="page" data-live></div>',
    "<noscript>This page needs its script. <code>culprit report --html FILE</code> writes one that does not.</noscript>",
    `<script>${script}</script>`,
    "</body>",
    "</html>",
    "",
  ].join("\n");
  return { html, policy };
}
