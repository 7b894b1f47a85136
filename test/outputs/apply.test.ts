import {
  CreateIPSetCommand,
  GetIPSetCommand,
  ListIPSetsCommand,
  UpdateIPSetCommand,
  WAFV2Client,
} from "@aws-sdk/client-wafv2";
import {
  CreateBucketCommand,
  GetBucketPolicyCommand,
  PutBucketPolicyCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { readFileSync, writeFileSync } from "node:fs";
import {
  createServer,
  request,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { culprit, folder } from "../cli/culprit.js";
import { noMoto, startMoto } from "../s3/moto.js";
import type { Backend } from "../s3/server.js";

if (noMoto !== undefined) console.warn(`AWS WAF and bucket policies are not tested: ${noMoto}`);

/** Passes requests on to moto; `before` may meddle, `counts` says what was asked. */
class Proxy {
  readonly counts = new Map<string, number>();
  before: (action: string) => Promise<void> = () => Promise.resolve();
  #server: Server | undefined;
  port = 0;

  async start(to: number): Promise<void> {
    this.#server = createServer((asked, answer) => {
      const target = asked.headers["x-amz-target"];
      const action =
        typeof target === "string" ? (target.split(".")[1] ?? "") : `${asked.method} ${asked.url}`;
      this.counts.set(action, (this.counts.get(action) ?? 0) + 1);
      void this.#pass(to, action, asked, answer);
    });
    await new Promise<void>((resolve) => this.#server?.listen(0, "127.0.0.1", resolve));
    this.port = (this.#server.address() as { port: number }).port;
  }

  async #pass(to: number, action: string, asked: IncomingMessage, answer: ServerResponse) {
    await this.before(action);
    const { method, url, headers } = asked;
    const passed = request({ port: to, host: "127.0.0.1", method, path: url, headers }, (from) => {
      answer.writeHead(from.statusCode ?? 500, from.headers);
      from.pipe(answer);
    });
    asked.pipe(passed);
  }

  stop(): void {
    this.#server?.closeAllConnections();
    this.#server?.close();
  }
}

const PLAN = {
  entries: [
    { cidr: "203.0.113.11/32", reason: "scraper" },
    { cidr: "203.0.100.0/26", reason: "campaign" },
    { cidr: "2001:db8:5:6::/64", reason: "scraper" },
  ],
};

describe.skipIf(noMoto !== undefined)("--apply", () => {
  let moto: Backend;
  const proxy = new Proxy();
  let waf: WAFV2Client;
  let s3: S3Client;
  let sequence = 0;
  let own: string;

  beforeAll(async () => {
    process.env["AWS_ACCESS_KEY_ID"] = "test";
    process.env["AWS_SECRET_ACCESS_KEY"] = "test";
    process.env["AWS_REGION"] = "us-east-1";
    moto = await startMoto();
    await proxy.start(moto.port);
    const direct = { endpoint: `http://127.0.0.1:${moto.port}` };
    waf = new WAFV2Client(direct);
    s3 = new S3Client({ ...direct, forcePathStyle: true });
    writeFileSync(path.join(folder, "plan.json"), JSON.stringify(PLAN));
  });

  afterAll(async () => {
    proxy.stop();
    await moto.stop();
  });

  beforeEach(() => {
    proxy.counts.clear();
    proxy.before = () => Promise.resolve();
    own = `set${(sequence += 1)}`;
  });

  const block = (...flags: string[]) =>
    culprit([
      "block",
      "--for",
      "aws-waf",
      "--endpoint",
      `http://127.0.0.1:${proxy.port}`,
      ...flags,
    ]);

  async function make(name: string, version: 4 | 6, addresses: string[]): Promise<void> {
    await waf.send(
      new CreateIPSetCommand({
        Name: name,
        Scope: "REGIONAL",
        IPAddressVersion: `IPV${version}`,
        Addresses: addresses,
        Description: "ours",
      }),
    );
  }

  async function setOf(name: string) {
    const { IPSets = [] } = await waf.send(new ListIPSetsCommand({ Scope: "REGIONAL" }));
    const found = IPSets.find((set) => set.Name === name);
    if (found === undefined) return undefined;
    const key = { Name: name, Scope: "REGIONAL" as const, Id: found.Id };
    const { IPSet, LockToken } = await waf.send(new GetIPSetCommand(key));
    return { key, addresses: IPSet?.Addresses?.toSorted(), about: IPSet?.Description, LockToken };
  }

  test("merges into your sets, and the undo takes out only what it put in", async () => {
    await make(`${own}-ipv4`, 4, ["198.51.100.0/24", "203.0.113.11/32"]);
    // As AWS gives it back: in full length.
    await make(`${own}-ipv6`, 6, ["2001:0db8:0009:0000:0000:0000:0000:0000/48"]);
    const dry = await block("--plan", "plan.json", "--apply", "dry-run", "--ip-set", own);
    expect(dry).toMatchObject({ code: 0 });
    expect(dry.out).toContain(
      "1 would be added, 0 would be removed, 1 there already, 1 of others kept",
    );
    expect(proxy.counts.get("UpdateIPSet")).toBeUndefined();
    const now = await block(
      "--plan",
      "plan.json",
      "--apply",
      "now",
      "--ip-set",
      own,
      "-o",
      "applied.json",
    );
    expect(now).toMatchObject({ code: 0 });
    const receipt = JSON.parse(readFileSync(path.join(folder, "applied.json"), "utf8")) as {
      applied: { added: string[] };
    };
    expect(receipt.applied.added).toEqual(["203.0.100.0/26", "2001:db8:5:6::/64"]);
    expect(await setOf(`${own}-ipv4`)).toMatchObject({
      addresses: ["198.51.100.0/24", "203.0.100.0/26", "203.0.113.11/32"],
      about: "ours",
    });
    proxy.counts.clear();
    const again = await block("--plan", "plan.json", "--apply", "now", "--ip-set", own);
    expect(again.out).toContain("0 added, 0 removed, 2 there already");
    expect(proxy.counts.get("UpdateIPSet")).toBeUndefined();
    const undone = await block(
      "--plan",
      "applied.json",
      "--undo",
      "--apply",
      "now",
      "--ip-set",
      own,
    );
    expect(undone).toMatchObject({ code: 0 });
    // The first entry was there before: somebody else's, and it stays.
    expect(await setOf(`${own}-ipv4`)).toMatchObject({
      addresses: ["198.51.100.0/24", "203.0.113.11/32"],
    });
    expect((await setOf(`${own}-ipv6`))?.addresses).toHaveLength(1);
  });

  test("makes its own sets when they are missing, and no others", async () => {
    const missing = await block("--plan", "plan.json", "--apply", "now", "--ip-set", "nobody");
    expect(missing).toMatchObject({ code: 2 });
    expect(missing.err).toContain("There is no IP set nobody-ipv4");
    const dry = await block("--plan", "plan.json", "--apply", "dry-run");
    expect(dry.out).toContain("(would be made)");
    expect(await setOf("culprit-ipv4")).toBeUndefined();
    expect(await block("--plan", "plan.json", "--apply", "now")).toMatchObject({ code: 0 });
    expect((await setOf("culprit-ipv4"))?.addresses).toEqual(["203.0.100.0/26", "203.0.113.11/32"]);
    expect((await setOf("culprit-ipv6"))?.addresses).toHaveLength(1);
  });

  test("reads again when somebody else was faster, and loses nothing of theirs", async () => {
    await make(`${own}-ipv4`, 4, ["198.51.100.0/24"]);
    await make(`${own}-ipv6`, 6, []);
    let meddled = false;
    proxy.before = async (action) => {
      if (action !== "UpdateIPSet" || meddled) return;
      meddled = true;
      const set = await setOf(`${own}-ipv4`);
      await waf.send(
        new UpdateIPSetCommand({
          ...set?.key,
          Name: `${own}-ipv4`,
          Scope: "REGIONAL",
          Id: set?.key.Id,
          LockToken: set?.LockToken,
          Addresses: ["198.51.100.0/24", "192.0.2.7/32"],
        }),
      );
    };
    expect(await block("--plan", "plan.json", "--apply", "now", "--ip-set", own)).toMatchObject({
      code: 0,
    });
    expect(proxy.counts.get("GetIPSet")).toBeGreaterThanOrEqual(3);
    expect((await setOf(`${own}-ipv4`))?.addresses).toEqual([
      "192.0.2.7/32",
      "198.51.100.0/24",
      "203.0.100.0/26",
      "203.0.113.11/32",
    ]);
  });

  test("refuses a set of the other IP version", async () => {
    await make(`${own}-ipv4`, 6, []);
    const result = await block("--plan", "plan.json", "--apply", "now", "--ip-set", own);
    expect(result).toMatchObject({ code: 2 });
    expect(result.err).toContain("holds IPV6");
  });

  describe("on a bucket's policy", () => {
    const bucket = "culprit-policy-test";
    const theirs = {
      Sid: "Theirs",
      Effect: "Allow",
      Principal: "*",
      Action: "s3:GetObject",
      Resource: `arn:aws:s3:::${bucket}/*`,
    };
    const policyOf = async (): Promise<{ Statement: { Sid: string }[] } | undefined> => {
      try {
        const { Policy = "" } = await s3.send(new GetBucketPolicyCommand({ Bucket: bucket }));
        return JSON.parse(Policy) as { Statement: { Sid: string }[] };
      } catch {
        return undefined;
      }
    };
    const policy = (...flags: string[]) =>
      culprit([
        "block",
        "--for",
        "s3-policy",
        "--bucket",
        bucket,
        "--endpoint",
        `http://127.0.0.1:${proxy.port}`,
        "--plan",
        "plan.json",
        ...flags,
      ]);
    const puts = (): number =>
      [...proxy.counts].reduce((sum, [name, n]) => sum + (name.startsWith("PUT") ? n : 0), 0);

    beforeAll(async () => {
      await s3.send(new CreateBucketCommand({ Bucket: bucket }));
    });

    test("writes one where there is none, and leaves none behind", async () => {
      expect(await policy("--apply", "dry-run")).toMatchObject({ code: 0 });
      expect(await policyOf()).toBeUndefined();
      expect(await policy("--apply", "now")).toMatchObject({ code: 0 });
      expect(await policyOf()).toMatchObject({ Statement: [{ Sid: "CulpritBlock" }] });
      expect(await policy("--undo", "--apply", "now")).toMatchObject({ code: 0 });
      expect(await policyOf()).toBeUndefined();
    });

    test("keeps the statements of others, and writes only what differs", async () => {
      await s3.send(
        new PutBucketPolicyCommand({
          Bucket: bucket,
          Policy: JSON.stringify({ Version: "2012-10-17", Id: "mine", Statement: theirs }),
        }),
      );
      expect(await policy("--apply", "now", "--at", "2026-11-05T10:00Z")).toMatchObject({
        code: 0,
      });
      expect(await policyOf()).toMatchObject({
        Id: "mine",
        Statement: [
          theirs,
          {
            Sid: "CulpritBlock",
            Effect: "Deny",
            Condition: {
              IpAddress: { "aws:SourceIp": PLAN.entries.map(({ cidr }) => cidr) },
              DateLessThan: { "aws:CurrentTime": "2026-11-06T10:00:00Z" },
            },
          },
        ],
      });
      proxy.counts.clear();
      expect(await policy("--apply", "now", "--at", "2026-11-05T10:00Z")).toMatchObject({
        code: 0,
      });
      expect(puts()).toBe(0);
      expect(await policy("--undo", "--apply", "now")).toMatchObject({ code: 0 });
      expect(await policyOf()).toMatchObject({ Id: "mine", Statement: [theirs] });
    });

    test("refuses to exceed what a policy may have, with what others put in", async () => {
      const long = {
        ...theirs,
        Resource: Array.from({ length: 500 }, (_, at) => `arn:aws:s3:::${bucket}/${at}/*`),
      };
      await s3.send(
        new PutBucketPolicyCommand({
          Bucket: bucket,
          Policy: JSON.stringify({ Version: "2012-10-17", Statement: [long] }),
        }),
      );
      const result = await policy("--apply", "now");
      expect(result).toMatchObject({ code: 2 });
      expect(result.err).toContain("with what others put in");
      expect(await policyOf()).toMatchObject({ Statement: [{ Sid: "Theirs" }] });
    });
  });
});

test("--apply is refused where there is no API", async () => {
  writeFileSync(path.join(folder, "plan.json"), JSON.stringify(PLAN));
  const result = await culprit([
    "block",
    "--plan",
    "plan.json",
    "--for",
    "nginx",
    "--apply",
    "now",
  ]);
  expect(result).toMatchObject({ code: 2 });
  expect(result.err).toContain("others have no API");
});
