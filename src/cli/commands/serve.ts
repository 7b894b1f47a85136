import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { hostname } from "node:os";
import path from "node:path";
import { terminalText } from "../../outputs/escape.js";
import { Exit, Problem } from "../../problems/problem.js";
import type { Command } from "../command.js";
import { warn } from "../engine.js";
import { alertFlags, logFlags } from "../flags.js";
import type { Io } from "../io.js";
import { badFlag } from "../parse-flags.js";
import type { ServeFlags } from "../serve-source.js";

interface Flags extends ServeFlags {
  readonly listen: string;
  readonly passwordFile?: string;
  readonly host?: readonly string[];
}

export const serveCommand: Command<Flags> = {
  name: "serve",
  about: "the report as a live page: windows, filters and SQL, exact at every step",
  usage: "[source...]",
  flags: [
    {
      flags: "--listen <address>",
      group: "This command",
      about: "where to listen, as PORT or HOST:PORT; port 0 is any free one",
      fallback: "127.0.0.1:7878",
    },
    {
      flags: "--password-file <file>",
      group: "This command",
      about: "what people must know; needed beyond this machine; also CULPRIT_PASSWORD",
    },
    {
      flags: "--host <name>",
      group: "This command",
      about: "another name that browsers may call the server by, as behind a proxy",
      repeat: true,
    },
    ...alertFlags.filter(({ flags }) => /^--state\b/.test(flags)),
    ...logFlags.filter(({ flags }) => !/^--dry-run\b/.test(flags)),
  ],
  examples: [
    ["culprit serve access.log", "prints an address to open; the page follows the log"],
    ["culprit serve --store /var/lib/culprit", "over the store"],
    ["culprit serve --listen 0.0.0.0:7878 --password-file pw access.log", "for colleagues, too"],
    ["ssh -L 7878:127.0.0.1:7878 web1 culprit serve /var/log/nginx/access.log", "on a server"],
  ],
  async run(sources, flags, io) {
    const place = placeOf(flags.listen);
    const local = isLoopback(place.host);
    const password = await passwordOf(flags, io);
    if (!local && password === undefined) throw open(flags.listen);
    const secret = password ?? randomBytes(18).toString("base64url");
    const [
      { app },
      { Dataset },
      { Follower },
      { Guard },
      { listen },
      { pageParts },
      { logSource },
    ] = await Promise.all([
      import("../../web/server/app.js"),
      import("../../web/server/dataset.js"),
      import("../../web/server/follow.js"),
      import("../../web/server/guard.js"),
      import("../../web/server/listen.js"),
      import("../../web/html.js"),
      import("../serve-source.js"),
    ]);
    const dataset = await Dataset.open(logSource(sources, flags, io), io.signal);
    try {
      const follower = new Follower(dataset, io.signal);
      await follower.start();
      const names = local ? ["localhost", "127.0.0.1", "::1"] : [hostname().toLowerCase()];
      const guard = new Guard({
        secret,
        hosts: [...names, ...(flags.host ?? []).map((name) => name.toLowerCase())],
        anyAddress: !local,
        now: () => performance.now(),
      });
      const name = String(place.port);
      const page = await pageParts();
      const routes = app({ guard, dataset, follower, page, name, signal: io.signal });
      const { address, closed } = await listen(routes, place, io.signal);
      const shown = address.family === "IPv6" ? `[${address.address}]` : address.address;
      const fragment = password === undefined ? `#token=${secret}` : "";
      io.stdout.write(`${terminalText(`http://${shown}:${address.port}/${fragment}`)}\n`);
      warn(io, "Ctrl+C ends it");
      // The first page finds its answer made, or under way; a failure is told to whoever asks.
      void dataset.overview([], io.signal).catch(() => undefined);
      await closed;
    } finally {
      await dataset.close();
    }
    return Exit.ok;
  },
};

interface Place {
  readonly host: string;
  readonly port: number;
}

function placeOf(text: string): Place {
  const match = /^(?:(\[[0-9a-f:.]+\]|[^:[\]]+):)?(\d{1,5})$/i.exec(text.trim());
  const port = Number(match?.[2]);
  if (match === null || port > 65_535) {
    throw badFlag("--listen", text, "It is not PORT or HOST:PORT, such as 127.0.0.1:7878");
  }
  return { host: (match[1] ?? "127.0.0.1").replaceAll(/[[\]]/g, ""), port };
}

const isLoopback = (host: string): boolean =>
  host === "localhost" || host === "::1" || /^127(?:\.\d{1,3}){3}$/.test(host);

/** Shorter ones are guessed. */
const LEAST = 12;

async function passwordOf({ passwordFile }: Flags, io: Io): Promise<string | undefined> {
  const password =
    passwordFile === undefined
      ? io.env["CULPRIT_PASSWORD"]
      : (
          await readFile(path.resolve(io.cwd, passwordFile), "utf8").catch((error: Error) => {
            throw badFlag("--password-file", passwordFile, error.message);
          })
        ).replace(/\r?\n$/, "");
  if (password === undefined || (password === "" && passwordFile === undefined)) return undefined;
  if (password.length >= LEAST) return password;
  throw new Problem({
    code: "weak-password",
    what: "The password is too short",
    why: `It has ${password.length} characters; whoever can reach the server can guess`,
    help: `Take ${LEAST} or more: openssl rand -base64 18 > pw`,
    exit: Exit.usage,
  });
}

const open = (where: string): Problem =>
  new Problem({
    code: "password-needed",
    what: "Beyond this machine the page needs a password",
    where: `--listen ${where}`,
    why: "Everybody who reaches the address could read the logs",
    help: "openssl rand -base64 18 > pw, then --password-file pw; or listen on 127.0.0.1 and use ssh -L",
    exit: Exit.usage,
  });
