import { hasIpv6 } from "./server.js";
import type { ServerLog } from "./test-logs.js";

export interface SquidPorts {
  /** Where it stands in front of the origin. */
  readonly main: number;
  /** Where it is a proxy to anywhere, with users for `/private`. */
  readonly proxy: number;
  readonly origin: number;
}

/** The names of the formats that need no definition. */
const BUILT_IN = ["squid", "common", "combined"];

/** A configuration; its folder must be open to Squid's own user. */
export const squidConf = (
  folder: string,
  { main, proxy, origin }: SquidPorts,
  logs: readonly ServerLog[],
): string => `
http_port 127.0.0.1:${main} accel defaultsite=localhost vhost name=server
${hasIpv6() ? `http_port [::1]:${main} accel defaultsite=localhost vhost name=server6` : ""}
http_port 127.0.0.1:${proxy} name=proxy
cache_peer 127.0.0.1 parent ${origin} 0 no-query originserver name=origin
acl proxy myportname proxy
cache_peer_access origin deny proxy
cache_peer_access origin allow all
auth_param basic program /usr/lib/squid/basic_fake_auth
auth_param basic casesensitive on
acl private urlpath_regex ^/private
acl known proxy_auth REQUIRED
http_access deny proxy private !known
http_access allow all
always_direct allow proxy
never_direct allow !proxy
cache_effective_user proxy
pid_filename ${folder}/squid.pid
cache_log ${folder}/cache.log
coredump_dir ${folder}
cache_mem 8 MB
cache_store_log none
netdb_filename none
pinger_enable off
dns_nameservers 127.0.0.1
shutdown_lifetime 0 seconds
logfile_rotate 0
strip_query_terms off
${logs
  .filter(({ name }) => !BUILT_IN.includes(name))
  .map(({ name, format }) => `logformat ${name} ${format}`)
  .join("\n")}
${logs.map(({ path, name }) => `access_log stdio:${path} logformat=${name}`).join("\n")}
`;
