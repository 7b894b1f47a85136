import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { Exit, Problem } from "../../src/problems/problem.js";
import type { Input } from "../../src/sources/input.js";
import { resolveInputs } from "../../src/sources/resolve.js";
import { parseS3Address } from "../../src/sources/s3-address.js";
import type { S3Settings } from "../../src/sources/s3-client.js";
import { culprit } from "../s3/culprit.js";
import { deliveryKey, s3Lines } from "../s3/lines.js";
import { etagOf, startS3, type TestS3 } from "../s3/server.js";
import { surroundings } from "./options.js";
import { describeSource, type SourceHarness } from "./source.case.js";
import { collect, collectUntilError } from "./streams.js";

let s3: TestS3;
let count = 0;

beforeAll(async () => {
  s3 = await startS3();
});

afterAll(() => s3.stop());

beforeEach(() => s3.proxy.reset());

async function newBucket(): Promise<string> {
  const bucket = `source-${++count}`;
  await s3.createBucket(bucket);
  return bucket;
}

const find = (text: string, settings: S3Settings = {}): Promise<Input[]> =>
  resolveInputs([text], surroundings({ s3: { endpoint: s3.endpoint, ...settings } }));

async function problemOf(work: Promise<unknown>): Promise<Problem> {
  const problem = await work.catch((error: unknown) => error);
  expect(problem).toBeInstanceOf(Problem);
  return problem as Problem;
}

/** What reading the first input of a source ends with. */
const readingOf = async (text: string, settings?: S3Settings): Promise<unknown> => {
  const [input] = await find(text, settings);
  const { error } = await collectUntilError((input as Input).open());
  throw error;
};

describeSource({
  name: "an object in S3",
  reopens: true,
  async harness(): Promise<SourceHarness> {
    const bucket = await newBucket();
    return {
      options: surroundings({ s3: { endpoint: s3.endpoint } }),
      async store(bytes) {
        await s3.put(bucket, "logs/access log+1.log", bytes);
        return `s3://${bucket}/logs/access log+1.log`;
      },
      missing: () => `s3://${bucket}/logs/acess.log`,
      isBusy: () => Promise.resolve(false),
      close: () => Promise.resolve(),
    };
  },
});

describe("addresses", () => {
  test.each([
    ["s3://logs", "logs", ""],
    ["s3://logs/", "logs", ""],
    ["S3://my.logs/a/b c/", "my.logs", "a/b c/"],
    ["s3://logs//a", "logs", "/a"],
  ])("%s", (name, bucket, prefix) => {
    expect(parseS3Address(name)).toEqual({ name, bucket, prefix });
  });
  test.each(["s3://", "s3:///key", "s3://a b/key", "s3://x/"])("%s is refused", (name) => {
    expect(() => parseS3Address(name)).toThrow(Problem);
  });
});

test("a prefix means all logs below it; a whole key means that object alone", async () => {
  const bucket = await newBucket();
  const body = s3Lines(1, 2);
  for (const key of ["a/1.log", "a/1.log.gz", "a/ELBAccessLogTestFile", "b/2.log"]) {
    await s3.put(bucket, key, body);
  }
  const options = surroundings({ s3: { endpoint: s3.endpoint } });
  const inputs = await resolveInputs([`s3://${bucket}/a/`], options);
  expect(inputs.map(({ name }) => name)).toEqual([
    `s3://${bucket}/a/1.log`,
    `s3://${bucket}/a/1.log.gz`,
  ]);
  expect(inputs[0]).toMatchObject({
    identity: `s3://${bucket}/a/1.log#${etagOf(body)}#${body.length}`,
    bytes: body.length,
  });
  expect(options.warnings[0]).toContain("1 test files of load balancers");
  expect((await find(`s3://${bucket}/a/1.log`)).map(({ name }) => name)).toEqual([
    `s3://${bucket}/a/1.log`,
  ]);
});

test("a listing of many pages", async () => {
  const bucket = await newBucket();
  const keys = Array.from({ length: 1005 }, (_, n) => deliveryKey(n));
  await s3.putAll(bucket, new Map(keys.map((key) => [key, "x\n"])));
  const inputs = await find(`s3://${bucket}`);
  expect(inputs.map(({ name }) => name)).toEqual(keys.map((key) => `s3://${bucket}/${key}`));
  expect(s3.proxy.count("list")).toBe(2);
});

test("report reads from S3, compressed or not", async () => {
  const bucket = await newBucket();
  await s3.put(bucket, "logs/1", s3Lines(1, 30));
  await s3.put(bucket, "logs/2.gz", gzipSync(s3Lines(31, 30)));
  const args = ["report", `s3://${bucket}/logs/`, "--endpoint", s3.endpoint];
  const { code, stdout, stderr } = await culprit(args);
  expect(code, stderr).toBe(0);
  expect(stdout).toContain("60 lines = 60 parsed + 0 rejected + 0 blank");
});

test("a connection that breaks in mid-body goes on from the byte reached", async () => {
  const bucket = await newBucket();
  const body = Buffer.from(s3Lines(1, 3000));
  await s3.put(bucket, "a.log", body);
  let cuts = 3;
  s3.proxy.fault = ({ kind }) => (kind === "get" && cuts-- > 0 ? { cutAfter: 200_000 } : undefined);
  const [input] = await find(`s3://${bucket}/a.log`);
  expect((await collect((input as Input).open())).equals(body)).toBe(true);
  const gets = s3.proxy.seen.filter(({ kind }) => kind === "get");
  expect(gets.map(({ range }) => range)).toEqual([
    undefined,
    "bytes=200000-",
    "bytes=400000-",
    "bytes=600000-",
  ]);
});

async function withObject(): Promise<string> {
  const bucket = await newBucket();
  await s3.put(bucket, "a.log", s3Lines(1, 3000));
  return bucket;
}

describe("what goes wrong", () => {
  test("no such bucket", async () => {
    const problem = await problemOf(find("s3://no-such-bucket/logs/"));
    expect(problem).toMatchObject({ code: "s3-no-bucket", exit: Exit.input });
    expect(problem.message).toContain("no-such-bucket");
  });

  test("nothing below the prefix, with a word about globs", async () => {
    const problem = await problemOf(find(`s3://${await withObject()}/b*.log`));
    expect(problem).toMatchObject({ code: "s3-nothing", exit: Exit.input });
    expect(problem.why).toContain("not globs");
  });

  test.each([
    ["list", "s3:ListBucket on arn:aws:s3:::source"],
    ["get", "s3:GetObject on arn:aws:s3:::source"],
  ])("access denied on %s names the permission", async (refused, permission) => {
    const bucket = await withObject();
    s3.proxy.fault = ({ kind }) =>
      kind === refused ? { status: 403, code: "AccessDenied" } : undefined;
    const problem = await problemOf(readingOf(`s3://${bucket}/`));
    expect(problem.code).toBe("s3-denied");
    expect(problem.help).toContain(permission);
  });

  const elsewhere = {
    status: 301,
    code: "PermanentRedirect",
    headers: { "x-amz-bucket-region": "eu-west-1" },
  };

  test("another region than the one asked for is named", async () => {
    s3.proxy.fault = () => elsewhere;
    const problem = await problemOf(find("s3://some-bucket/", { region: "us-east-1" }));
    expect(problem).toMatchObject({ code: "s3-region", help: "run again with --region eu-west-1" });
  });

  test("without --region the bucket's own is used from then on", async () => {
    const bucket = await withObject();
    let redirects = 0;
    s3.proxy.fault = () => (redirects++ === 0 ? elsewhere : undefined);
    const [input] = await find(`s3://${bucket}/`);
    await collect((input as Input).open());
    expect(s3.proxy.seen.map(({ kind }) => kind)).toEqual(["list", "list", "get"]);
  });

  test("no credentials", async () => {
    const kept = { ...process.env };
    delete process.env["AWS_ACCESS_KEY_ID"];
    process.env["AWS_EC2_METADATA_DISABLED"] = "true";
    process.env["HOME"] = "/nonexistent";
    try {
      const problem = await problemOf(find("s3://some-bucket/"));
      expect(problem.code).toBe("s3-credentials");
      expect(problem.help).toContain("AWS_PROFILE");
    } finally {
      process.env = kept;
    }
  });

  test("a profile that is not there", async () => {
    const kept = { ...process.env };
    delete process.env["AWS_ACCESS_KEY_ID"];
    try {
      const problem = await problemOf(find("s3://some-bucket/", { profile: "no-such-profile" }));
      expect(problem.code).toBe("s3-credentials");
    } finally {
      process.env = kept;
    }
  });

  test("an endpoint where nobody listens", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    server.close();
    const problem = await problemOf(
      find("s3://some-bucket/", { endpoint: `http://127.0.0.1:${port}` }),
    );
    expect(problem).toMatchObject({ code: "s3-unreachable", exit: Exit.input });
  });

  test("an endpoint that is no address", async () => {
    const problem = await problemOf(find("s3://some-bucket/", { endpoint: "localhost:9000" }));
    expect(problem).toMatchObject({ code: "bad-flag", exit: Exit.usage });
  });

  test("an object that vanishes after it was listed", async () => {
    const bucket = await withObject();
    s3.proxy.fault = async ({ kind }) => {
      if (kind === "get") await s3.remove(bucket, "a.log");
      return undefined;
    };
    const problem = await problemOf(readingOf(`s3://${bucket}/`));
    expect(problem).toMatchObject({ code: "s3-vanished", where: `s3://${bucket}/a.log` });
  });

  test("an object that is overwritten while it is read", async () => {
    const bucket = await withObject();
    let gets = 0;
    s3.proxy.fault = async ({ kind }) => {
      if (kind !== "get") return undefined;
      if (++gets === 2) await s3.put(bucket, "a.log", s3Lines(9, 4000));
      return gets === 1 ? { cutAfter: 100_000 } : undefined;
    };
    const problem = await problemOf(readingOf(`s3://${bucket}/`));
    expect(problem).toMatchObject({ code: "s3-changed", where: `s3://${bucket}/a.log` });
  });

  test("an archived object", async () => {
    const bucket = await withObject();
    s3.proxy.fault = ({ kind }) =>
      kind === "get" ? { status: 403, code: "InvalidObjectState" } : undefined;
    expect(await problemOf(readingOf(`s3://${bucket}/`))).toMatchObject({ code: "s3-archived" });
  });
});
