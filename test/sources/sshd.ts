import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { access, chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { connect, createServer, type AddressInfo } from "node:net";
import { userInfo } from "node:os";
import path from "node:path";

const SSHD = "/usr/sbin/sshd";

/** Why no real ssh server can be started here; undefined when one can. */
export async function noSshd(): Promise<string | undefined> {
  const isThere = await access(SSHD).then(
    () => true,
    () => false,
  );
  if (!isThere) return `${SSHD} is not installed (Debian: apt install openssh-server)`;
  if (spawnSync("ssh", ["-V"]).error) return "ssh is not installed";
  return undefined;
}

export interface Sshd {
  readonly port: number;
  readonly user: string;
  /** A configuration for the client that knows the server's key and the throw-away key of the user. */
  readonly clientConfig: string;
  /** The same, with a key that the server does not know. */
  readonly strangerConfig: string;
  readonly stop: () => Promise<void>;
}

/** Starts a real server on 127.0.0.1 that lets the user of this process in, with keys made for it. */
export async function startSshd(folder: string): Promise<Sshd> {
  const file = (name: string): string => path.join(folder, name);
  for (const key of ["host", "user", "stranger"]) makeKey(file(key));
  const port = await freePort();
  const user = userInfo().username;
  await writeFile(file("authorized"), await readFile(file("user.pub")));
  await writeFile(
    file("sshd_config"),
    `Port ${port}
ListenAddress 127.0.0.1
HostKey ${file("host")}
PidFile none
AuthorizedKeysFile ${file("authorized")}
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
`,
  );
  const [type, key] = (await readFile(file("host.pub"), "utf8")).split(" ");
  await writeFile(file("known"), `[127.0.0.1]:${port} ${type} ${key}\n`);
  const clientConfig = await writeClientConfig(folder, "user");
  const strangerConfig = await writeClientConfig(folder, "stranger");
  if (process.getuid?.() === 0) await mkdir("/run/sshd", { recursive: true });
  const server = spawn(SSHD, ["-D", "-e", "-f", file("sshd_config")], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  server.stderr.on("data", (text: Buffer) => (said += text.toString()));
  const ended = once(server, "exit");
  await untilListening(port).catch((error: unknown) => {
    server.kill();
    throw new Error(`sshd did not start: ${said}`, { cause: error });
  });
  const stop = async (): Promise<void> => {
    server.kill();
    await ended;
  };
  return { port, user, clientConfig, strangerConfig, stop };
}

function makeKey(file: string): void {
  const { status, stderr } = spawnSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", file]);
  if (status !== 0) throw new Error(`ssh-keygen failed: ${stderr.toString()}`);
}

async function writeClientConfig(folder: string, key: string): Promise<string> {
  const file = path.join(folder, `${key}_config`);
  await writeFile(
    file,
    `IdentityFile ${path.join(folder, key)}
IdentitiesOnly yes
IdentityAgent none
UserKnownHostsFile ${path.join(folder, "known")}
GlobalKnownHostsFile none
StrictHostKeyChecking yes
`,
  );
  await chmod(file, 0o600);
  return file;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

async function untilListening(port: number): Promise<void> {
  for (let tries = 0; ; tries++) {
    const socket = connect(port, "127.0.0.1");
    try {
      await once(socket, "connect");
      return;
    } catch (error) {
      if (tries >= 100) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    } finally {
      socket.destroy();
    }
  }
}
