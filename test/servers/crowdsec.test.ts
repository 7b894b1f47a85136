import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { culprit, folder as place } from "../cli/culprit.js";
import { hostile } from "../outputs/blocklists/lists.js";
import { freePorts, Server, temporaryFolder } from "./server.js";

/** Where the files of Debian's package were unpacked: its set-up needs systemd, its programs do not. */
const root = process.env["CROWDSEC_ROOT"];
const program = (name: string): string => join(root ?? "", "usr/bin", name);
const isHere = root !== undefined && existsSync(program("cscli"));
if (!isHere) {
  console.warn(
    "CrowdSec is not tested: apt-get download crowdsec, dpkg -x into a folder, and name it in CROWDSEC_ROOT",
  );
}

const PLAN = {
  entries: [
    { cidr: "203.0.113.11/32", reason: `scraper${hostile[0]}` },
    { cidr: "203.0.100.0/26", reason: `campaign, of ${hostile[7]}` },
    { cidr: "2001:db8:5:6::/64", reason: `'; touch /tmp/pwned; '${hostile[4]}` },
  ],
};

/** A local API with a database of its own, and nothing that reads logs. */
const configOf = (folder: string, port: number): string => `
common: { daemonize: false, log_media: stdout, log_level: info, working_dir: ${folder} }
config_paths:
  config_dir: ${folder}
  data_dir: ${folder}/data
  simulation_path: ${root ?? ""}/etc/crowdsec/simulation.yaml
  hub_dir: ${folder}/hub
  index_path: ${folder}/hub/.index.json
cscli: { output: human }
db_config: { type: sqlite, db_path: ${folder}/data/crowdsec.db, use_wal: false, log_level: info }
api:
  client: { credentials_path: ${folder}/credentials.yaml }
  server: { log_level: info, listen_uri: "127.0.0.1:${port}", profiles_path: ${folder}/profiles.yaml }
`;

describe.skipIf(!isHere)("CrowdSec", () => {
  const folder = temporaryFolder();
  let server: Server;

  const cscli = (...args: string[]) =>
    spawnSync(program("cscli"), ["-c", join(folder, "config.yaml"), ...args], { encoding: "utf8" });

  /** Origin, address and reason of every decision. */
  const decisions = (): string[][] =>
    cscli("decisions", "list", "-a", "-o", "raw")
      .stdout.trim()
      .split("\n")
      .slice(1)
      .map((line) => line.split(",").slice(1, 4));

  beforeAll(async () => {
    const [port = 0] = await freePorts(1);
    for (const name of ["data", "hub", "bin"]) mkdirSync(join(folder, name), { recursive: true });
    writeFileSync(join(folder, "config.yaml"), configOf(folder, port));
    writeFileSync(join(folder, "hub/.index.json"), "{}");
    writeFileSync(
      join(folder, "profiles.yaml"),
      "name: ip\nfilters: ['true']\ndecisions: [{type: ban, duration: 4h}]\non_success: break\n",
    );
    const credentials = join(folder, "credentials.yaml");
    writeFileSync(credentials, `url: http://127.0.0.1:${port}\nlogin: x\npassword: x\n`);
    const added = cscli("machines", "add", "culprit", "--auto", "--force", "-f", credentials);
    expect(added.status, added.stderr).toBe(0);
    writeFileSync(
      join(folder, "bin/cscli"),
      `#!/bin/sh\nexec ${program("cscli")} -c ${folder}/config.yaml "$@"\n`,
      { mode: 0o755 },
    );
    server = await Server.start({
      command: program("crowdsec"),
      args: ["-no-cs", "-c", join(folder, "config.yaml")],
      folder,
      ports: [port],
    });
    writeFileSync(join(place, "plan.json"), JSON.stringify(PLAN));
  });

  afterAll(async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test.each(["csv", "json"])("imports %s, and the undo takes out only that", async (form) => {
    const target = ["--plan", "plan.json", "--for", `crowdsec-${form}`];
    const [file, undo] = [join(place, `list.${form}`), join(place, "undo.sh")];
    expect(await culprit(["block", ...target, "-o", file])).toMatchObject({ code: 0 });
    expect(await culprit(["block", ...target, "--undo", "-o", undo])).toMatchObject({ code: 0 });
    const imported = cscli("decisions", "import", "-i", file);
    expect(imported.stderr).toContain("3 decisions successfully imported");
    expect(decisions().map(([origin, value]) => [origin, value])).toEqual(
      expect.arrayContaining(
        ["203.0.113.11", "203.0.100.0/26", "2001:db8:5:6::/64"].map((value) => [
          "cscli-import",
          expect.stringContaining(value),
        ]),
      ),
    );
    cscli("decisions", "add", "--ip", "203.0.113.11", "--reason", "theirs");
    const undone = spawnSync("sh", ["-e", undo], {
      encoding: "utf8",
      env: { PATH: `${join(folder, "bin")}:${process.env["PATH"] ?? ""}` },
    });
    expect(undone.status, undone.stderr + readFileSync(undo, "utf8")).toBe(0);
    expect(decisions()).toEqual([["cscli", "Ip:203.0.113.11", "theirs"]]);
    expect(cscli("decisions", "delete", "--all").status).toBe(0);
  });
});
