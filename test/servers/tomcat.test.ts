import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect } from "vitest";
import { shown, toBuffer } from "./byte-string.js";
import { asUsers, cases as shared, get, TLS_HELLO, users, type Case } from "./cases.js";
import { bytesFrom, factsOf, named, type Columns, type Facts } from "./facts.js";
import { describeServer } from "./installed.js";
import { BIG } from "./origin.js";
import { play, type Told } from "./play.js";
import { freePorts, hasIpv6, Server, temporaryFolder } from "./server.js";
import { readLogs, testLogs, type Results, type ServerLog } from "./test-logs.js";

const HOME = "/usr/share/tomcat10";

const requestLine = named("method", "request_target", "path", "query", "protocol");
const common = { ...requestLine, ...named("client_ip", "user", "time", "status", "bytes_sent") };

/** Patterns of an AccessLogValve and what they tell; the first two are known by name. */
const PATTERNS: Record<string, { pattern: string; columns: Columns }> = {
  common: { pattern: "common", columns: common },
  combined: { pattern: "combined", columns: { ...common, ...named("referrer", "user_agent") } },
  timed: {
    pattern: '%h %l %u %t "%r" %s %b %D %F %S %I %{sid}c "%{User-Agent}i"',
    columns: {
      ...common,
      ...named("duration_ms", "first_byte_ms", "session_id", "user_agent"),
      "extra.%{sid}c": "sid",
    },
  },
  detailed: {
    pattern:
      "%a %{remote}p %{yyyy-MM-dd'T'HH:mm:ss.SSSZ}t %m %U%q %H %s %B %{us}T %v " +
      '"%{Referer}i" "%{Cookie}i" "%{Host}i" "%{X-Forwarded-For}i" %{Accept-Language}i',
    columns: {
      ...requestLine,
      ...named("client_ip", "client_port", "status", "bytes_sent", "duration_ms", "site"),
      ...named("referrer", "cookie", "host"),
      time: "exact_time",
      "extra.%{X-Forwarded-For}i": "forwarded",
      "extra.%{Accept-Language}i": "language",
    },
  },
};

const cases: readonly Case[] = [
  ...shared,
  ...asUsers("/private/"),
  get("another virtual host", "/", { Host: "shop.example:8080", "User-Agent": "x" }),
];

/** What Tomcat does not log. */
const UNLOGGED = ["a request that is not finished"];

const otherwise: Record<string, Facts> = {};

const folder = temporaryFolder();
const inFolder = (name: string): string => join(folder.path, name);
const xml = (text: string): string =>
  text.replace(/[&<>"\t\r\n]/g, (char) => `&#${char.charCodeAt(0)};`);

const logs = Object.entries(PATTERNS).map(([name, { pattern, columns }]): ServerLog => ({
  name,
  path: inFolder(`logs/${name}.log`),
  flags: ["--log-format", pattern, "--dialect", "tomcat"],
  sameFlags: [["--log-format", pattern.replaceAll('"', "&quot;"), "--dialect", "tomcat"]],
  columns,
}));

const connector = (address: string, port: number): string =>
  `<Connector address="${address}" port="${port}" protocol="HTTP/1.1" maxKeepAliveRequests="10" />`;

const configuration = (port: number): string => `<Server port="-1">
  <Service name="Catalina">
    ${connector("127.0.0.1", port)}
    ${hasIpv6() ? connector("::1", port) : ""}
    <Engine name="Catalina" defaultHost="localhost">
      <Realm className="org.apache.catalina.realm.MemoryRealm" />
${logs
  .map(
    ({ name, flags }) => `      <Valve className="org.apache.catalina.valves.AccessLogValve"
        directory="logs" prefix="${name}" suffix=".log" rotatable="false" buffered="false"
        pattern="${xml(flags[1] ?? "")}" />`,
  )
  .join("\n")}
      <Host name="localhost" appBase="webapps" autoDeploy="false" />
    </Engine>
  </Service>
</Server>
`;

/** Users whose names XML can hold. */
const known = users
  .map(([, user]) => toBuffer(user).toString("utf8"))
  .filter((user) => user !== "" && !/[\x00-\x08\x0b\x0c\x0e-\x1f\uFFFD]/.test(user));

const USERS = `<tomcat-users>
${known.map((user) => `  <user username="${xml(user)}" password="secret" roles="reader" />`).join("\n")}
</tomcat-users>
`;

const CONTEXT = `<Context>
  <JarScanner scanClassPath="false" />
  <Valve className="org.apache.catalina.authenticator.BasicAuthenticator" alwaysUseSession="true" charset="UTF-8" />
</Context>
`;

const APPLICATION = `<web-app xmlns="https://jakarta.ee/xml/ns/jakartaee" version="6.0" metadata-complete="true">
  <servlet>
    <servlet-name>default</servlet-name>
    <servlet-class>org.apache.catalina.servlets.DefaultServlet</servlet-class>
  </servlet>
  <servlet-mapping>
    <servlet-name>default</servlet-name>
    <url-pattern>/</url-pattern>
  </servlet-mapping>
  <welcome-file-list>
    <welcome-file>index.html</welcome-file>
  </welcome-file-list>
  <security-constraint>
    <web-resource-collection>
      <web-resource-name>private</web-resource-name>
      <url-pattern>/private/*</url-pattern>
    </web-resource-collection>
    <auth-constraint>
      <role-name>reader</role-name>
    </auth-constraint>
  </security-constraint>
  <login-config>
    <auth-method>BASIC</auth-method>
  </login-config>
  <security-role>
    <role-name>reader</role-name>
  </security-role>
</web-app>
`;

const FILES: Record<string, string | Buffer> = {
  "conf/tomcat-users.xml": USERS,
  "webapps/ROOT/META-INF/context.xml": CONTEXT,
  "webapps/ROOT/WEB-INF/web.xml": APPLICATION,
  "webapps/ROOT/index.html": "<p>hello</p>\n".repeat(100),
  "webapps/ROOT/private/index.html": "<p>private</p>\n",
};

const factsOfTomcat = (told: Told, name: string): Facts => ({
  ...factsOf(told),
  site: "localhost",
  session_id: /^set-cookie: JSESSIONID=(\w+)/im.exec(told.exchange.received.toString("latin1"))?.[1] ?? null,
  first_byte_ms: expect.any(Number),
  ...otherwise[name],
});

describeServer("Tomcat", `${HOME}/bin/bootstrap.jar`, "tomcat10", () => {
  let results: Results;

  beforeAll(async () => {
    const [main = 0] = await freePorts(1);
    for (const name of ["conf", "logs", "temp", "work", "webapps/ROOT/META-INF", "webapps/ROOT/WEB-INF", "webapps/ROOT/private"]) {
      mkdirSync(inFolder(name), { recursive: true });
    }
    for (const [name, content] of Object.entries(FILES)) writeFileSync(inFolder(name), content);
    writeFileSync(inFolder("webapps/ROOT/big.bin"), Buffer.alloc(BIG, "x"));
    writeFileSync(inFolder("conf/server.xml"), configuration(main));
    const server = await Server.start({
      command: "java",
      args: [
        "-Xmx128m",
        "-XX:TieredStopAtLevel=1",
        "-classpath",
        `${HOME}/bin/bootstrap.jar:${HOME}/bin/tomcat-juli.jar`,
        `-Dcatalina.home=${HOME}`,
        `-Dcatalina.base=${folder.path}`,
        `-Djava.io.tmpdir=${inFolder("temp")}`,
        "org.apache.catalina.startup.Bootstrap",
        "start",
      ],
      folder: folder.path,
      ports: [main],
    });
    try {
      const played = await play(cases, main, logs, (name) => UNLOGGED.includes(name) ? 0 : undefined);
      await server.stop();
      results = { ...played, rows: await readLogs(logs) };
    } finally {
      await server.stop();
    if (process.env["SAID"]) console.log(server.said.slice(0,6000));
    }
  });

  afterAll(() => folder.remove());

  testLogs(logs, cases, factsOfTomcat, () => results);
});
