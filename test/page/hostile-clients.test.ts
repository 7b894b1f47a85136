import http from "node:http";
import net from "node:net";
import { Hono } from "hono";
import { describe, expect, test } from "vitest";
import { listen } from "../../src/web/server/listen.js";
import { shop } from "./reports.js";
import { serve } from "./server.js";

interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

/** A request as no browser would send it: the path is sent as it is. */
function ask(
  port: number,
  path: string,
  {
    headers = {},
    method = "GET",
    body,
  }: { headers?: Record<string, string>; method?: string; body?: string } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = http.request({ host: "127.0.0.1", port, path, method, headers, agent: false });
    request.once("error", reject);
    // Of thousands, some wait for a connection longer than anybody would.
    request.setTimeout(20_000, () => request.destroy(new Error("no answer")));
    request.once("response", (response) => {
      const parts: Buffer[] = [];
      response.on("data", (chunk: Buffer) => parts.push(chunk));
      response.once("error", reject);
      response.once("end", () => {
        const { statusCode = 0, headers: got } = response;
        resolve({ status: statusCode, headers: got, body: Buffer.concat(parts).toString() });
      });
    });
    request.end(body);
  });
}

const json = { "Content-Type": "application/json" };

describe("strangers", () => {
  test.each([
    ["evil.example", 421],
    ["evil.example:{port}", 421],
    ["127.0.0.1.evil.example:{port}", 421],
    ["169.254.169.254", 421],
    ["LOCALHOST:{port}", 200],
    ["127.0.0.1:{port}", 200],
  ])("who call the server %s get %i", async (host, status) => {
    const { port } = await serve([shop]);
    const named = host.replace("{port}", String(port));
    const answer = await ask(port, "/", { headers: { Host: named } });
    expect(answer.status).toBe(status);
    if (status !== 200) expect(answer.body).not.toContain("<html");
  });

  test("get nothing without a token, whatever they try", async () => {
    const { port } = await serve([shop]);
    for (const [path, method] of [
      ["/api/page", "GET"],
      ["/api/page?w=status%3D200", "GET"],
      ["/api/panel/floods", "GET"],
      ["/api/sql", "POST"],
      ["/api/sql.csv?query=SELECT%201", "GET"],
      ["/api/sides", "POST"],
      ["/api/events", "GET"],
      ["//api/page", "GET"],
      ["/api/../api/page", "GET"],
      ["/API/page", "GET"],
      ["/api/page/", "GET"],
    ] as const) {
      const answer = await ask(port, path, {
        method,
        headers: { ...json, Cookie: `culprit-${port}=; culprit-0=x` },
        ...(method === "POST" && { body: '{"query":"SELECT * FROM requests"}' }),
      });
      expect([401, 404], path).toContain(answer.status);
      expect(answer.body).not.toContain("203.0.113.7");
    }
  });

  test.each([
    "/../../../../etc/passwd",
    "/..%2f..%2f..%2fetc/passwd",
    "/%2e%2e/%2e%2e/etc/passwd",
    "/page.js/../../package.json",
    "/....//....//etc/passwd",
    "/api/panel/..%2f..%2fpackage.json",
    "/api/panel/__proto__",
    "/api/panel/constructor",
    "/dist/page/page.js",
    "/\\..\\..\\windows",
    "/%00",
  ])("walk to no file: %s", async (path) => {
    const { port, enter } = await serve([shop]);
    const answer = await ask(port, path, { headers: { Cookie: await enter() } });
    expect([400, 404]).toContain(answer.status);
    expect(answer.body).not.toMatch(/root:|"dependencies"/);
  });

  test("of another site are turned away, and no answer may be read by one", async () => {
    const { port, enter } = await serve([shop]);
    const cookie = await enter();
    const other = await ask(port, "/api/page", {
      headers: { Cookie: cookie, "Sec-Fetch-Site": "cross-site", Origin: "https://evil.example" },
    });
    expect(other.status).toBe(403);
    const form = await ask(port, "/api/sql", {
      method: "POST",
      headers: { Cookie: cookie, "Content-Type": "text/plain" },
      body: '{"query":"SELECT 1"}',
    });
    expect(form.status).toBe(415);
    const asked = await ask(port, "/api/page", {
      method: "OPTIONS",
      headers: { Origin: "https://evil.example", "Access-Control-Request-Method": "GET" },
    });
    const own = await ask(port, "/api/page", { headers: { Cookie: cookie } });
    for (const { headers } of [other, form, asked, own]) {
      expect(headers["access-control-allow-origin"]).toBeUndefined();
      expect(headers["x-content-type-options"]).toBe("nosniff");
      expect(headers["content-security-policy"]).toMatch(
        /^default-src 'none'; script-src 'sha256-/,
      );
      expect(headers["content-security-policy"]).toContain("frame-ancestors 'none'");
    }
  });

  test("who guess are slowed down", async () => {
    const { port } = await serve([shop]);
    const statuses: number[] = [];
    for (let guess = 0; guess < 40; guess++) {
      const body = JSON.stringify({ secret: `guess ${guess}` });
      statuses.push(
        (await ask(port, "/api/login", { method: "POST", headers: json, body })).status,
      );
    }
    expect(statuses.slice(0, 20)).toEqual(Array.from({ length: 20 }, () => 401));
    expect(statuses.at(-1)).toBe(429);
  });

  test("who are in cannot ask for what is none", async () => {
    const { port, enter } = await serve([shop]);
    const headers = { ...json, Cookie: await enter() };
    for (const body of [
      "",
      "null",
      "[]",
      '{"where":"x"}',
      '{"where":[1],"incident":[0,1],"baseline":[]}',
      '{"where":[],"incident":[1,0],"baseline":[]}',
      '{"where":[],"incident":["0); DROP VIEW requests; --",1],"baseline":[]}',
      '{"where":[],"incident":[0,1e300],"baseline":[]}',
      `{"where":[],"incident":[0,1],"baseline":${JSON.stringify(Array.from({ length: 1000 }, () => [0, 1]))}}`,
      `{"where":${JSON.stringify(Array.from({ length: 100 }, () => "status=200"))},"incident":[0,1],"baseline":[]}`,
    ]) {
      expect(
        (await ask(port, "/api/sides", { method: "POST", headers, body })).status,
        body.slice(0, 60),
      ).toBe(400);
    }
    const large = await ask(port, "/api/sql", {
      method: "POST",
      headers,
      body: "x".repeat(100_000),
    });
    expect(large.status).toBe(413);
  });
});

describe("crowds and sluggards", { retry: process.env["CI"] ? 1 : 0 }, () => {
  test("ten thousand requests at once are answered or refused, and the page goes on", async () => {
    const { port, enter } = await serve([shop]);
    const cookie = await enter();
    const fates = await Promise.all(
      Array.from({ length: 10_000 }, (_, at) =>
        ask(port, at % 2 === 0 ? "/api/page" : `/api/page?w=bytes_sent%3E${at}`, {
          headers: at % 5 === 0 ? { Cookie: cookie } : {},
        }).then(
          ({ status }) => status,
          () => 0,
        ),
      ),
    );
    const known = [0, 200, 401, 429, 503];
    expect([...new Set(fates)].filter((fate) => !known.includes(fate))).toEqual([]);
    expect(fates.filter((fate) => fate !== 200 && fate !== 401).length).toBeGreaterThan(0);
    await expect
      .poll(
        async () => (await ask(port, "/api/page", { headers: { Cookie: await enter() } })).status,
        { timeout: 30_000, interval: 500 },
      )
      .toBe(200);
  });

  test("a person in a hurry is held to a rate", async () => {
    const { port, enter } = await serve([shop]);
    const cookie = await enter();
    // One after another, a busy machine would be slow enough to be let through.
    const fates = await Promise.all(
      Array.from({ length: 200 }, async () => {
        const answer = await ask(port, "/api/panel/none", { headers: { Cookie: cookie } });
        return answer.status;
      }),
    );
    expect(fates).toContain(404);
    expect(fates).toContain(429);
  });

  test("readers and writers that never finish keep nobody else waiting", async () => {
    const { port, enter } = await serve([shop]);
    const cookie = await enter();
    const sockets = Array.from({ length: 100 }, (_, at) => {
      const socket = net.connect(port, "127.0.0.1");
      socket.on("error", () => {});
      const head = `Host: 127.0.0.1:${port}\r\nCookie: ${cookie}\r\n`;
      // Half never end their request, half never read the answer.
      socket.write(
        at % 2 === 0
          ? `POST /api/sql HTTP/1.1\r\n${head}Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{`
          : `GET /api/sql.csv?query=SELECT%20*%20FROM%20requests HTTP/1.1\r\n${head}\r\n`,
      );
      if (at % 2 === 1) socket.pause();
      return socket;
    });
    await new Promise((resolve) => setTimeout(resolve, 300));
    const fresh = await enter();
    const answer = await ask(port, "/api/page", { headers: { Cookie: fresh } });
    expect(answer.status).toBe(200);
    for (const socket of sockets) socket.destroy();
  });

  test("who waits for a long answer gets it, who takes none of a large one is dropped", async () => {
    const stop = new AbortController();
    const routes = new Hono();
    routes.get("/slow", async (c) => {
      await new Promise((resolve) => setTimeout(resolve, 900));
      return c.text("at last");
    });
    routes.get("/large", (c) => c.body(new Uint8Array(64 * 2 ** 20)));
    const place = { host: "127.0.0.1", port: 0, idle: 200 };
    const { address, closed } = await listen(routes, place, stop.signal);
    expect(await (await fetch(`http://127.0.0.1:${address.port}/slow`)).text()).toBe("at last");
    const socket = net.connect(address.port, "127.0.0.1").pause();
    const gone = new Promise((resolve) => socket.once("close", resolve));
    socket.on("error", () => {});
    socket.write(`GET /large HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`);
    await new Promise((resolve) => setTimeout(resolve, 900));
    // What the kernel has taken can still be read; the rest never comes.
    let bytes = 0;
    socket.on("data", (chunk: Buffer) => (bytes += chunk.length)).resume();
    await gone;
    expect(bytes).toBeLessThan(64 * 2 ** 20);
    stop.abort();
    await closed;
  });

  test("a question that nobody waits for any more is ended", async () => {
    const { port, enter } = await serve([shop]);
    const cookie = await enter();
    const query =
      "SELECT count(*) FROM range(100000000) a, range(1000) b WHERE a.range % 7 = b.range % 5";
    const request = http.request({
      host: "127.0.0.1",
      port,
      path: "/api/sql",
      method: "POST",
      headers: { ...json, Cookie: cookie },
    });
    request.on("error", () => {});
    request.end(JSON.stringify({ query }));
    await new Promise((resolve) => setTimeout(resolve, 500));
    request.destroy();
    // It would run for minutes; the next answer has to wait for its end.
    const answer = await ask(port, "/api/page", { headers: { Cookie: cookie } });
    expect(answer.status).toBe(200);
  }, 60_000);
});
