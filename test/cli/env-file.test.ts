import { once } from "node:events";
import { mkdtempSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { parseEnvFile, withEnvFiles } from "../../src/cli/config/env-file.js";
import type { Io } from "../../src/cli/io.js";
import { Problem } from "../../src/problems/problem.js";
import { start } from "./built.js";
import { culprit, folder } from "./culprit.js";
import { log } from "./logs.js";

describe("lines", () => {
  test.each([
    ["", {}],
    ["# a comment\n\n  \n", {}],
    ["A=1\nB=\n", { A: "1", B: "" }],
    ["A=1\nA=2\n", { A: "2" }],
    ["\uFEFFexport  A=1\r\n  B = x y \r\n", { A: "1", B: "x y" }],
    [`A="x # y"\nB='$A'\nC=a=b==\n`, { A: "x # y", B: "$A", C: "a=b==" }],
    ["A=1 # said beside it\n", { A: "1" }],
    [`A="two\\nlines"\n`, { A: "two\nlines" }],
    [
      `SLACK_WEBHOOK_URL="https://hooks.slack.com/services/T0/B0/x"\nS3_BUCKET_NAME="logs"\nDATA_TRANSFER_THRESHOLD_GB="100"`,
      {
        SLACK_WEBHOOK_URL: "https://hooks.slack.com/services/T0/B0/x",
        S3_BUCKET_NAME: "logs",
        DATA_TRANSFER_THRESHOLD_GB: "100",
      },
    ],
  ])("reads %j", (text, variables) => {
    expect(parseEnvFile(text, "f")).toEqual(variables);
  });

  test.each([
    ["A=1\nhunter2\n", "f:2", "NAME=VALUE"],
    ["=hunter2\n", "f:1", "NAME=VALUE"],
    ["A-B=hunter2\n", "f:1", "NAME=VALUE"],
    ["1A=hunter2\n", "f:1", "NAME=VALUE"],
    ["A: hunter2\n", "f:1", "NAME=VALUE"],
    [`\n\nA="hunter2\nB=1\n`, "f:3", "A has no closing quote"],
  ])("refuses %j", (text, where, why) => {
    const problem = problemOf(() => parseEnvFile(text, "f"));
    expect(problem).toMatchObject({ code: "bad-env-file", where, exit: 2 });
    expect(problem.why).toContain(why);
    expect([problem.message, problem.why, problem.help].join()).not.toContain("hunter2");
  });
});

function problemOf(work: () => unknown): Problem {
  try {
    work();
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

/** A folder with files in it. */
function place(files: Readonly<Record<string, string>>): string {
  const made = mkdtempSync(path.join(folder, "env-"));
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(made, name), text);
  return made;
}

describe("what wins", () => {
  const files = {
    "culprit.yaml": "env_file: [.env]\n",
    ".env": "SET=c\nFLAG=c\nONLY=c\n",
    "one.env": "SET=1\nFLAG=1\nFIRST=1\n",
    "two.env": "FLAG=2\n",
  };
  const ask = async (envFile: string[], configured: boolean) => {
    const cwd = place(files);
    const told: Record<string, string> = {};
    const setEnv = (name: string, value: string): void => void (told[name] = value);
    const io = { cwd, env: { SET: "" }, setEnv } as unknown as Io;
    const { env } = await withEnvFiles({ envFile }, configured, io);
    return { env, told };
  };

  test("the environment, the last --env-file, the first, the configuration", async () => {
    const { env, told } = await ask(["one.env", "two.env"], true);
    expect(env).toEqual({ SET: "", FLAG: "2", FIRST: "1", ONLY: "c" });
    expect(told).toEqual({ FLAG: "2", FIRST: "1", ONLY: "c" });
  });

  test("a command that reads no configuration has none of its files", async () => {
    expect((await ask(["two.env"], false)).env).toEqual({ SET: "", FLAG: "2" });
    expect((await ask([], false)).env).toEqual({ SET: "" });
  });
});

describe("a command", () => {
  test("takes its variables from --env-file", async () => {
    const cwd = place({ "config.env": "CULPRIT_STORE=nowhere\n" });
    const { code, err } = await culprit(["report", "--env-file", "config.env"], { cwd });
    expect(code).toBe(3);
    expect(err).toContain(path.join(cwd, "nowhere"));
  });

  test("takes none that the configuration does not ask for", async () => {
    const cwd = place({ ".env": "CULPRIT_STORE=nowhere\n", "culprit.yaml": "{}\n" });
    expect((await culprit(["report"], { cwd })).err).toContain("There is nothing to read");
  });

  test.each([
    ["--env-file gone.env", "gone.env"],
    ["--env-file bad.env", "bad.env:1"],
  ])("%s ends with the place and without the text", async (flags, where) => {
    const cwd = place({ "bad.env": "hunter2\n" });
    const access = log("access.log", [{}]);
    const { code, out, err } = await culprit(["report", access, ...flags.split(" ")], { cwd });
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toContain("The file of environment variables cannot be");
    expect(err).toContain(path.join(cwd, where));
    expect(err).not.toContain("hunter2");
  });

  test("a file that the configuration names and that is not there is told", async () => {
    const cwd = place({ "culprit.yaml": "env_file: gone.env\n" });
    const { code, err } = await culprit(["config", "check"], { cwd });
    expect(code).toBe(2);
    expect(err).toContain(path.join(cwd, "gone.env"));
  });
});

describe("the AWS SDK", () => {
  /** Whose key signed the requests for an object, as a server sees it. */
  async function signedWith(cwd: string, ...flags: string[]): Promise<string[]> {
    const keys = new Set<string>();
    const server = createServer((asked, answer) => {
      keys.add(/Credential=([^/]+)/.exec(asked.headers.authorization ?? "")?.[1] ?? "nobody");
      answer.writeHead(403, { "content-type": "application/xml" });
      answer.end("<Error><Code>AccessDenied</Code><Message>no</Message></Error>");
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const env = { HOME: cwd, AWS_EC2_METADATA_DISABLED: "true" };
    const argv = ["report", "s3://logs/", "--endpoint", endpoint, ...flags];
    const { code, out, err } = await start(argv, { cwd, env }).ended;
    server.close();
    expect({ code, out }).toEqual({ code: 3, out: "" });
    expect(err).not.toContain("hunter2");
    return [...keys];
  }

  test("finds the key of --env-file", async () => {
    const cwd = place({ ".env": "AWS_ACCESS_KEY_ID=FROMFILE\nAWS_SECRET_ACCESS_KEY=hunter2\n" });
    expect(await signedWith(cwd, "--env-file", ".env")).toEqual(["FROMFILE"]);
  });

  test("finds the profile of the configuration's file", async () => {
    const cwd = place({
      "culprit.yaml": "env_file: .env\n",
      ".env": "AWS_PROFILE=logs\nAWS_SHARED_CREDENTIALS_FILE=keys\n",
      keys: "[logs]\naws_access_key_id = FROMPROFILE\naws_secret_access_key = hunter2\n",
    });
    expect(await signedWith(cwd)).toEqual(["FROMPROFILE"]);
  });
});
