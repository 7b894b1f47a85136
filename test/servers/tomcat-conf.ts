import { toBuffer } from "./byte-string.js";
import { users } from "./cases.js";
import { hasIpv6 } from "./server.js";
import type { ServerLog } from "./test-logs.js";

/** The files of a CATALINA_BASE by their names, with a web application that has a private part. */
export const tomcatConf = (port: number, logs: readonly ServerLog[]): Record<string, string> => ({
  "conf/server.xml": serverXml(port, logs),
  "conf/tomcat-users.xml": USERS,
  "webapps/ROOT/META-INF/context.xml": CONTEXT,
  "webapps/ROOT/WEB-INF/web.xml": APPLICATION,
});

const xml = (text: string): string =>
  text.replace(/[&<>"\t\r\n]/g, (char) => `&#${char.charCodeAt(0)};`);

const connector = (address: string, port: number): string =>
  `<Connector address="${address}" port="${port}" protocol="HTTP/1.1" maxKeepAliveRequests="10" />`;

const serverXml = (port: number, logs: readonly ServerLog[]): string => `<Server port="-1">
  <Service name="Catalina">
    ${connector("127.0.0.1", port)}
    ${hasIpv6() ? connector("::1", port) : ""}
    <Engine name="Catalina" defaultHost="localhost">
      <Realm className="org.apache.catalina.realm.MemoryRealm" />
${logs
  .map(
    ({ name, format }) => `      <Valve className="org.apache.catalina.valves.AccessLogValve"
        directory="logs" prefix="${name}" suffix=".log" rotatable="false" buffered="false"
        pattern="${xml(format)}" />`,
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
