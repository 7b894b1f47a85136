import { existsSync } from "node:fs";
import { join } from "node:path";
import type { ServerOptions } from "./server.js";

/** A server that refuses whom a block list names, behind a proxy that says who asks. */
export interface Gatekeeper {
  /** The target of `culprit block --for`. */
  readonly target: string;
  readonly program: string;
  readonly debianPackage: string;
  /** Its files by name; `list` is what culprit wrote. */
  files(folder: string, port: number, origin: number, list: string): Record<string, string>;
  /** How it is asked whether it accepts its files. */
  check?(folder: string): readonly [command: string, ...args: string[]];
  start(folder: string): Omit<ServerOptions, "ports" | "folder">;
}

const nginxConf = (folder: string, port: number, level: "http" | "server"): string => `
daemon off;
user www-data;
worker_processes 1;
pid ${folder}/nginx.pid;
error_log ${folder}/error.log;
events { worker_connections 64; }
http {
  access_log off;
  client_body_temp_path ${folder}/client_body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  set_real_ip_from 127.0.0.1;
  real_ip_header X-Forwarded-For;
  root ${folder}/www;
  include ${folder}/list.conf;
  server {
    listen 127.0.0.1:${port};
    ${level === "server" ? "if ($culprit_blocked) { return 403; }" : ""}
  }
}
`;

const nginx = (target: string, level: "http" | "server"): Gatekeeper => ({
  target,
  program: "/usr/sbin/nginx",
  debianPackage: "nginx",
  files: (folder, port, _, list) => ({
    "nginx.conf": nginxConf(folder, port, level),
    "list.conf": list,
    "www/index.html": "hello\n",
  }),
  check: (folder) => ["/usr/sbin/nginx", "-t", "-p", folder, "-c", join(folder, "nginx.conf")],
  start: (folder) => ({
    command: "/usr/sbin/nginx",
    args: ["-p", folder, "-c", join(folder, "nginx.conf"), "-e", join(folder, "error.log")],
    stopSignal: "SIGQUIT",
  }),
});

const APACHE = ["mpm_event", "authn_core", "authz_core", "authz_host", "remoteip", "dir"];

const apache: Gatekeeper = {
  target: "apache",
  program: "/usr/sbin/apache2",
  debianPackage: "apache2",
  files: (folder, port, _, list) => ({
    "httpd.conf": `
ServerRoot ${folder}
DefaultRuntimeDir ${folder}
PidFile ${folder}/httpd.pid
ErrorLog ${folder}/error.log
ServerName localhost
User www-data
Group www-data
${APACHE.map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`).join("\n")}
Listen 127.0.0.1:${port}
DocumentRoot ${folder}/www
DirectoryIndex index.html
RemoteIPHeader X-Forwarded-For
<Location "/">
  Require all granted
</Location>
<Location "/never">
  Require all denied
</Location>
Include ${folder}/list.conf
`,
    "list.conf": list,
    "www/index.html": "hello\n",
    "www/never/index.html": "secret\n",
  }),
  check: (folder) => ["/usr/sbin/apache2", "-t", "-f", join(folder, "httpd.conf")],
  start: (folder) => ({
    command: "/usr/sbin/apache2",
    args: ["-D", "FOREGROUND", "-f", join(folder, "httpd.conf")],
  }),
};

const squid: Gatekeeper = {
  target: "squid",
  program: "/usr/sbin/squid",
  debianPackage: "squid",
  files: (folder, port, origin, list) => ({
    "squid.conf": `
http_port 127.0.0.1:${port} accel defaultsite=localhost
cache_peer 127.0.0.1 parent ${origin} 0 no-query originserver name=origin
follow_x_forwarded_for allow all
acl_uses_indirect_client on
include ${folder}/list.conf
http_access allow all
cache_effective_user proxy
pid_filename ${folder}/squid.pid
cache_log ${folder}/cache.log
coredump_dir ${folder}
access_log none
cache_mem 8 MB
netdb_filename none
pinger_enable off
shutdown_lifetime 0 seconds
`,
    "list.conf": list,
  }),
  check: (folder) => ["/usr/sbin/squid", "-k", "parse", "-f", join(folder, "squid.conf")],
  start: (folder) => ({
    command: "/usr/sbin/squid",
    args: ["--foreground", "-f", join(folder, "squid.conf")],
  }),
};

const HOME = "/usr/share/tomcat10";

const tomcat: Gatekeeper = {
  target: "tomcat",
  program: `${HOME}/bin/bootstrap.jar`,
  debianPackage: "tomcat10",
  files: (_, port, __, list) => ({
    "conf/server.xml": `<Server port="-1">
  <Service name="Catalina">
    <Connector address="127.0.0.1" port="${port}" protocol="HTTP/1.1" />
    <Engine name="Catalina" defaultHost="localhost">
      <Valve className="org.apache.catalina.valves.RemoteIpValve" />
${list}
      <Host name="localhost" appBase="webapps" autoDeploy="false" />
    </Engine>
  </Service>
</Server>
`,
    "webapps/ROOT/META-INF/context.xml": `<Context><JarScanner scanClassPath="false" /></Context>\n`,
    "webapps/ROOT/WEB-INF/web.xml": `<web-app xmlns="https://jakarta.ee/xml/ns/jakartaee" version="6.0" metadata-complete="true">
  <servlet>
    <servlet-name>default</servlet-name>
    <servlet-class>org.apache.catalina.servlets.DefaultServlet</servlet-class>
  </servlet>
  <servlet-mapping><servlet-name>default</servlet-name><url-pattern>/</url-pattern></servlet-mapping>
  <welcome-file-list><welcome-file>index.html</welcome-file></welcome-file-list>
</web-app>
`,
    "webapps/ROOT/index.html": "hello\n",
    "temp/none": "",
  }),
  start: (folder) => ({
    command: "java",
    args: [
      "-Xmx128m",
      "-XX:TieredStopAtLevel=1",
      "-classpath",
      `${HOME}/bin/bootstrap.jar:${HOME}/bin/tomcat-juli.jar`,
      `-Dcatalina.home=${HOME}`,
      `-Dcatalina.base=${folder}`,
      `-Djava.io.tmpdir=${join(folder, "temp")}`,
      "org.apache.catalina.startup.Bootstrap",
      "start",
    ],
  }),
};

export const gatekeepers: readonly Gatekeeper[] = [
  nginx("nginx", "http"),
  nginx("nginx-geo", "server"),
  apache,
  squid,
  tomcat,
];

export const isInstalled = ({ program }: Gatekeeper): boolean => existsSync(program);
