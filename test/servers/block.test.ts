import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Blocks, parseBlock, lastOf, textOf } from "../../src/analyses/blockplan/blocks.js";
import { culprit, folder as place } from "../cli/culprit.js";
import { logOf, Shop } from "../generators/scrapers.mjs";
import { hostile } from "../outputs/blocklists/lists.js";
import { gatekeepers, type Gatekeeper } from "./gatekeepers.js";
import { describeServer } from "./installed.js";
import { startOrigin } from "./origin.js";
import { freePorts, Server, temporaryFolder } from "./server.js";

interface Plan {
  entries: { cidr: string; reason: string }[];
  replay: { people: number; hit_clients: number };
}

/** A shop with four scrapers, one of them with IPv6 and an address of its network each time. */
function hits() {
  const shop = new Shop(11);
  const six = shop
    .sequential("2001:db8:5:6::1", 200)
    .map((hit, at) => ({ ...hit, ip: `2001:db8:5:6::${((at % 20) + 1).toString(16)}` }));
  const neighbour = shop.visit("2001:db8:5:7::1", shop.agent(), shop.when(), false);
  return [
    ...shop.ordinary(200),
    ...shop.sequential(),
    ...shop.rotating(),
    ...shop.subnet(),
    ...six,
    ...neighbour,
  ];
}

let plan: Plan;
let clients: string[];
let planned: Blocks;

beforeAll(async () => {
  const all = hits();
  writeFileSync(join(place, "shop.log"), logOf(all));
  const made = await culprit(["block", "shop.log", "--target", "100%", "-o", "plan.json"]);
  expect(made).toMatchObject({ code: 0 });
  plan = JSON.parse(readFileSync(join(place, "plan.json"), "utf8")) as Plan;
  plan.entries.forEach((entry, at) => (entry.reason += hostile[at % hostile.length] ?? ""));
  writeFileSync(join(place, "plan.json"), JSON.stringify(plan));
  const blocks = plan.entries.flatMap(({ cidr }) => parseBlock(cidr) ?? []);
  planned = new Blocks(blocks);
  // Those just outside of what is planned are asked, too.
  const edges = blocks.flatMap((block) => [
    textOf({
      version: block.version,
      first: block.first - 1n,
      bits: block.version === 4 ? 32 : 128,
    }),
    textOf({ version: block.version, first: lastOf(block), bits: block.version === 4 ? 32 : 128 }),
    textOf({
      version: block.version,
      first: lastOf(block) + 1n,
      bits: block.version === 4 ? 32 : 128,
    }),
  ]);
  clients = [...new Set([...all.map(({ ip }) => ip), ...edges])];
});

const isPlanned = (ip: string): boolean => {
  const block = parseBlock(ip);
  return block !== undefined && planned.around(block) !== undefined;
};

test("the plan blocks the four scrapers and nobody else", () => {
  expect(plan.entries.map(({ cidr }) => cidr).toSorted()).toEqual([
    "2001:db8:5:6::/64",
    "203.0.100.0/26",
    "203.0.113.11/32",
    "203.0.113.22/32",
  ]);
  expect(plan.replay).toMatchObject({ people: 0, hit_clients: 0 });
});

/** Status codes by client. */
async function asked(port: number): Promise<Map<string, number>> {
  const answers = new Map<string, number>();
  const rest = [...clients];
  const worker = async (): Promise<void> => {
    for (let ip = rest.pop(); ip !== undefined; ip = rest.pop()) {
      const answer = await fetch(`http://127.0.0.1:${port}/`, {
        headers: { "X-Forwarded-For": ip },
      });
      await answer.arrayBuffer();
      answers.set(ip, answer.status);
    }
  };
  await Promise.all(Array.from({ length: 8 }, worker));
  return answers;
}

async function emitted(target: string, ...flags: string[]): Promise<string> {
  const made = await culprit(["block", "--plan", "plan.json", "--for", target, ...flags]);
  expect(made).toMatchObject({ code: 0 });
  return made.out;
}

/** Starts it with a list, and asks as every client. */
async function guarded(gatekeeper: Gatekeeper, list: string): Promise<Map<string, number>> {
  const folder = temporaryFolder();
  const origin = await startOrigin();
  const [port = 0] = await freePorts(1);
  try {
    const files = gatekeeper.files(folder, port, origin.port, list);
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), content);
    }
    // Squid writes as a user of its own.
    chmodSync(folder, 0o777);
    const check = gatekeeper.check?.(folder);
    if (check !== undefined) {
      const [command, ...args] = check;
      const { status, stderr } = spawnSync(command, args, { encoding: "utf8" });
      expect(status, stderr).toBe(0);
      expect(stderr).not.toMatch(/\b(?:WARNING|ERROR|FATAL)\b.*(?:culprit|list\.conf)/);
    }
    const server = await Server.start({ ...gatekeeper.start(folder), folder, ports: [port] });
    try {
      return await asked(port);
    } finally {
      await server.stop();
    }
  } finally {
    await origin.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

for (const gatekeeper of gatekeepers) {
  const { target, program, debianPackage } = gatekeeper;
  describeServer(target, program, debianPackage, () => {
    test("refuses exactly the planned clients", async () => {
      const answers = await guarded(gatekeeper, await emitted(target));
      expect(answers.size).toBe(clients.length);
      const wrong = [...answers].filter(([ip, status]) => status !== (isPlanned(ip) ? 403 : 200));
      expect(wrong).toEqual([]);
      expect([...answers.values()].filter((status) => status === 403).length).toBeGreaterThan(50);
    });

    test("lets them in again after the undo", async () => {
      const answers = await guarded(gatekeeper, await emitted(target, "--undo"));
      expect([...answers].filter(([, status]) => status !== 200)).toEqual([]);
    });
  });
}

describeServer("apache beside other rules", "/usr/sbin/apache2", "apache2", () => {
  test("keeps what other sections forbid", async () => {
    const apache = gatekeepers.find(({ target }) => target === "apache") as Gatekeeper;
    const folder = temporaryFolder();
    const [port = 0] = await freePorts(1);
    for (const [name, content] of Object.entries(
      apache.files(folder, port, 0, await emitted("apache")),
    )) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), content);
    }
    const server = await Server.start({ ...apache.start(folder), folder, ports: [port] });
    try {
      const answer = await fetch(`http://127.0.0.1:${port}/never/`, {
        headers: { "X-Forwarded-For": "198.51.100.9" },
      });
      expect(answer.status).toBe(403);
    } finally {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

/** Programs that talk to the kernel run in a network of their own, where it lets them. */
const inNet = (...command: string[]) =>
  spawnSync("unshare", ["-rn", ...command], { encoding: "utf8" });

function describeKernel(
  name: string,
  program: string,
  debianPackage: string,
  tests: () => void,
): void {
  describeServer(name, program, debianPackage, () => {
    const can =
      inNet(program, ...(name === "nftables" ? ["list", "ruleset"] : ["list"])).status === 0;
    if (!can)
      console.warn(`${name} is not tested: this kernel lets nobody have a network of his own`);
    describe.skipIf(!can)("in a network of its own", tests);
  });
}

describeKernel("nftables", "/usr/sbin/nft", "nftables", () => {
  test("takes the list, takes it twice, and takes it out", async () => {
    const [file, undo] = [join(place, "list.nft"), join(place, "undo.nft")];
    writeFileSync(file, await emitted("nftables"));
    writeFileSync(undo, await emitted("nftables", "--undo"));
    expect(inNet("nft", "-c", "-f", file)).toMatchObject({ status: 0, stderr: "" });
    const both = inNet("sh", "-ec", `nft -f ${file}; nft -f ${file}; nft list ruleset`);
    expect(both).toMatchObject({ status: 0, stderr: "" });
    for (const { cidr } of plan.entries) expect(both.stdout).toContain(cidr.replace(/\/32$/, ""));
    expect(both.stdout.match(/timeout 1d/g)?.length).toBeGreaterThanOrEqual(plan.entries.length);
    const out = inNet(
      "sh",
      "-ec",
      `nft -f ${file}; nft -f ${undo}; nft -f ${undo}; nft list ruleset`,
    );
    expect(out).toMatchObject({ status: 0, stderr: "", stdout: "" });
  });
});

describeKernel("ipset", "/usr/sbin/ipset", "ipset", () => {
  test("restores the list, restores it twice, and takes its own entries out", async () => {
    const [file, undo] = [join(place, "list.ipset"), join(place, "undo.ipset")];
    writeFileSync(file, await emitted("ipset"));
    writeFileSync(undo, await emitted("ipset", "--undo"));
    const restore = (name: string): string => `ipset restore -exist < ${name}`;
    const both = inNet("sh", "-ec", `${restore(file)}; ${restore(file)}; ipset list`);
    expect(both).toMatchObject({ status: 0, stderr: "" });
    for (const { cidr } of plan.entries) expect(both.stdout).toContain(cidr.replace(/\/32$/, ""));
    const test4 = `ipset test culprit4 203.0.100.17; ! ipset test culprit4 203.0.100.200`;
    expect(inNet("sh", "-ec", `${restore(file)}; ${test4}`).status).toBe(0);
    const others = "ipset add culprit4 198.51.100.7";
    const out = inNet(
      "sh",
      "-ec",
      `${restore(file)}; ${others}; ${restore(undo)}; ${restore(undo)}; ipset save`,
    );
    expect(out).toMatchObject({ status: 0, stderr: "" });
    expect(out.stdout.match(/^add .*/gm)).toEqual([expect.stringContaining("198.51.100.7")]);
  });
});

afterAll(() => rmSync(join(place, "shop.log"), { force: true }));
