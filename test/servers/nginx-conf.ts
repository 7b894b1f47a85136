import { hasIpv6 } from "./server.js";
import type { ServerLog } from "./test-logs.js";

/** A server and the logs that it writes. */
export interface Written {
  readonly port: number;
  readonly logs: readonly ServerLog[];
}

/**
 * The files of a configuration by their names: `nginx.conf`, and one that it includes for each log
 * whose format is not built in.
 */
export function nginxConf(
  folder: string,
  origin: number,
  servers: readonly Written[],
): [name: string, conf: string][] {
  const included = servers
    .flatMap(({ logs }) => logs)
    .filter(({ name }) => name !== "combined")
    .map(({ name, format }): [string, string] => [
      `${name}.conf`,
      `log_format ${name} ${format};\n`,
    ]);
  const main = `
daemon off;
user www-data;
worker_processes 1;
pid ${folder}/nginx.pid;
error_log ${folder}/error.log;
events { worker_connections 64; }
http {
  client_body_temp_path ${folder}/client_body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  root ${folder}/www;
${included.map(([name]) => `  include ${name};`).join("\n")}
${servers.map((server) => serverBlocks(server, origin)).join("")}
}
`;
  return [["nginx.conf", main], ...included];
}

function serverBlocks({ port, logs }: Written, origin: number): string {
  const access = logs.map(({ name, path }) => `access_log ${path} ${name};`).join("\n    ");
  return `
  server {
    listen 127.0.0.1:${port} default_server;
    ${hasIpv6() ? `listen [::1]:${port} default_server;` : ""}
    server_name default.example;
    ${access}
    location /origin/ { proxy_pass http://127.0.0.1:${origin}; proxy_http_version 1.1; }
  }
  server {
    listen 127.0.0.1:${port};
    server_name shop.example;
    ${access}
  }`;
}
