import { Exit, Problem } from "../problems/problem.js";
import { quoteForShell } from "./shell-word.js";

/** Where `ssh://[user@]host[:port]/path` points. */
export interface SshAddress {
  /** `host` or `user@host`, as ssh takes it. */
  readonly destination: string;
  readonly port?: number;
  /** Absolute, literal: nothing in it is decoded or expanded. */
  readonly path: string;
}

/** Nothing that ssh or a ProxyCommand of the user's configuration could read as an option or a command. */
const USER = /^[A-Za-z0-9._@+][A-Za-z0-9._@+-]*$/;
const HOST = /^[A-Za-z0-9._][A-Za-z0-9._-]*$/;
const HOST_V6 = /^[0-9A-Fa-f:.]+(?:%[A-Za-z0-9._-]+)?$/;

/**
 * Reads an address. User, host and port are held to a narrow alphabet; the path may hold anything.
 *
 * @example
 * parseSshAddress("ssh://web@[2001:db8::1]:2222/var/log/access.log")
 * // { destination: "web@2001:db8::1", port: 2222, path: "/var/log/access.log" }
 */
export function parseSshAddress(text: string): SshAddress {
  const rest = text.slice("ssh://".length);
  const slash = rest.indexOf("/");
  if (slash < 0 || rest.length === slash + 1) {
    throw refuse(text, "the path on the host is missing");
  }
  const authority = rest.slice(0, slash);
  const at = authority.lastIndexOf("@");
  const user = at < 0 ? undefined : authority.slice(0, at);
  const match = /^(\[.*\]|[^:]*)(?::(.*))?$/s.exec(authority.slice(at + 1));
  const bracketed = match?.[1]?.startsWith("[") ?? false;
  const host = bracketed ? match?.[1]?.slice(1, -1) : match?.[1];
  if (user?.includes(":")) {
    throw refuse(text.replace(authority, "…"), "a password cannot stand in the address; use a key");
  }
  if (user !== undefined && !USER.test(user))
    throw refuse(text, "the user name is not a plain name");
  if (host === undefined || !(bracketed ? HOST_V6 : HOST).test(host)) {
    throw refuse(text, "the host is not a plain name or address (IPv6 stands in brackets)");
  }
  const port = match?.[2] === undefined ? undefined : portOf(match[2], text);
  return {
    destination: user === undefined ? host : `${user}@${host}`,
    ...(port === undefined ? {} : { port }),
    path: rest.slice(slash),
  };
}

function portOf(digits: string, text: string): number {
  const port = /^\d{1,5}$/.test(digits) ? Number(digits) : 0;
  if (port < 1 || port > 65535) throw refuse(text, "the port is not a number from 1 to 65535");
  return port;
}

/** The arguments for ssh. The last one is run by the shell of the other machine. */
export function sshArguments(address: SshAddress): string[] {
  return [
    "-o",
    "BatchMode=yes",
    "-o",
    "ConnectTimeout=10",
    ...(address.port === undefined ? [] : ["-p", String(address.port)]),
    "--",
    address.destination,
    `cat -- ${quoteForShell(address.path)}`,
  ];
}

function refuse(text: string, why: string): Problem {
  return new Problem({
    code: "ssh-address",
    what: "this is not an address that culprit can read with ssh",
    where: text,
    why,
    help: "write ssh://[user@]host[:port]/absolute/path",
    exit: Exit.usage,
  });
}
