import { hasIpv6 } from "./server.js";
import type { ServerLog } from "./test-logs.js";

const MODULES = [
  "mpm_event",
  "authn_core",
  "authn_anon",
  "authz_core",
  "authz_user",
  "auth_basic",
  "dir",
];

/** The files of a configuration by their names: `httpd.conf`, and one that it includes for each log. */
export function apacheConf(
  folder: string,
  port: number,
  logs: readonly ServerLog[],
): [name: string, conf: string][] {
  const included = logs.map(({ name, path, format }): [string, string] => [
    `${name}.conf`,
    `LogFormat ${quoted(format)} ${name}\nCustomLog ${path} ${name}\n`,
  ]);
  const main = `
ServerRoot ${folder}
DefaultRuntimeDir ${folder}
PidFile ${folder}/httpd.pid
ErrorLog ${folder}/error.log
ServerName localhost
User www-data
Group www-data
${MODULES.map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`).join("\n")}
Listen 127.0.0.1:${port}
${hasIpv6() ? `Listen [::1]:${port}` : ""}
DocumentRoot ${folder}/www
DirectoryIndex index.html
<Location /private>
  AuthType Basic
  AuthName private
  AuthBasicProvider anon
  Anonymous_NoUserID on
  Anonymous_MustGiveEmail off
  Anonymous *
  Require valid-user
</Location>
<VirtualHost *:${port}>
  ServerName default.example
</VirtualHost>
<VirtualHost *:${port}>
  ServerName shop.example
</VirtualHost>
${included.map(([name]) => `Include ${folder}/${name}`).join("\n")}
`;
  return [["httpd.conf", main], ...included];
}

const quoted = (format: string): string => `"${format.replace(/["\\]/g, "\\$&")}"`;
