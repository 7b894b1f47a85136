import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { start, type Ended } from "../cli/built.js";

/* Engines behind TLS: a certificate of one's own authority, wanted and unwanted. */

const folder = mkdtempSync(path.join(tmpdir(), "culprit-tls-"));
const [key, certificate] = ["key.pem", "ca.pem"].map((name) => path.join(folder, name)) as [
  string,
  string,
];
const asked: (string | undefined)[] = [];
let port = 0;
let close = (): void => {};

beforeAll(async () => {
  execFileSync(
    "openssl",
    [
      ...["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"],
      ...["-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate],
    ],
    { stdio: "ignore" },
  );
  const server = createServer(
    { key: readFileSync(key), cert: readFileSync(certificate) },
    (request, response) => {
      asked.push(request.headers.authorization);
      response.end(JSON.stringify({ id: "q", stats: { state: "FINISHED" } }));
    },
  );
  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
  port = (server.address() as AddressInfo).port;
  close = () => server.close();
});

afterAll(() => {
  close();
  rmSync(folder, { recursive: true, force: true });
});

const ask = (scheme: string, database: string, env: Record<string, string>): Promise<Ended> => {
  const address = `${scheme}://me@localhost:${port}/${database}`;
  const argv = ["sql", "SELECT 7 AS n", "--csv", "--engine", address];
  return start(argv, { cwd: folder, env }).ended;
};

test("a certificate of one's own authority is accepted when it is named", async () => {
  const { code, err } = await ask("trinos", "a/b", {
    NODE_EXTRA_CA_CERTS: certificate,
    TRINO_TOKEN: "jwt",
  });
  // The server behind it knows no table.
  expect(code).toBe(3);
  expect(err).toContain('There is no table "a"."b"."requests"');
  expect(new Set(asked)).toEqual(new Set(["Bearer jwt"]));
});

test.each([
  ["trinos", "a/b"],
  ["clickhouses", "a"],
])(
  "%s: one that nobody vouches for is refused with the mend, and nothing was sent",
  async (scheme, database) => {
    asked.length = 0;
    const { code, err } = await ask(scheme, database, { TRINO_PASSWORD: "s3cret" });
    expect(code).toBe(3);
    expect(err.split("\n").map((line) => line.trim())).toEqual([
      "culprit: The engine cannot be reached",
      expect.stringMatching(/^where: \S+localhost:\d+/),
      "why:   self-signed certificate",
      expect.stringContaining("NODE_EXTRA_CA_CERTS=ca.pem"),
      "",
    ]);
    expect(asked).toEqual([]);
  },
);
