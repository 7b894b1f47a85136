import { defineFormat } from "./format.js";
import { int, status } from "./kinds/numbers.js";
import { other, text } from "./kinds/text.js";
import type { Kind } from "./kinds/kind.js";
import { address, anyTime, at, goDuration, port, siteHost } from "./notations/json.js";

/** Caddy logs the numbers of the TLS registry. */
const choice = (t: string, names: Readonly<Record<string, string>>): string =>
  `CASE ${t} ${Object.entries(names)
    .map(([number, name]) => `WHEN '${number}' THEN '${name}'`)
    .join(" ")} ELSE ${t} END`;

const tlsVersion: Kind = {
  ...text("tls_protocol"),
  columns: {
    tls_protocol: (t) =>
      choice(t, { 769: "TLSv1", 770: "TLSv1.1", 771: "TLSv1.2", 772: "TLSv1.3" }),
    scheme: (t) => `CASE WHEN ${t} IS NOT NULL THEN 'https' END`,
  },
};

const tlsCipher: Kind = {
  ...text("tls_cipher"),
  columns: {
    tls_cipher: (t) =>
      choice(t, {
        4865: "TLS_AES_128_GCM_SHA256",
        4866: "TLS_AES_256_GCM_SHA384",
        4867: "TLS_CHACHA20_POLY1305_SHA256",
        49195: "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
        49196: "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
        49199: "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
        49200: "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
        52392: "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
        52393: "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
      }),
  },
};

/** https://caddyserver.com/docs/caddyfile/directives/log */
export const caddy = defineFormat({
  name: "caddy",
  aliases: ["caddy_json"],
  about: "Caddy access log, one JSON object a line",
  notation: "ts request.client_ip request.method request.host request.uri status size duration …",
  json: {
    json: [
      at(anyTime(), "ts"),
      at(address("client_ip"), "request.client_ip", "request.remote_ip", "request.remote_addr"),
      at(port("client_port"), "request.remote_port", "request.remote_addr"),
      at(text("user"), "user_id"),
      at(text("method"), "request.method"),
      at(siteHost, "request.host"),
      at(text("request_target"), "request.uri"),
      at(text("protocol"), "request.proto"),
      at(status, "status"),
      at(int("bytes_sent"), "size"),
      at(int("bytes_received"), "bytes_read"),
      at(goDuration("duration_ms", "s"), "duration"),
      at(text("user_agent"), "request.headers.User-Agent[0]"),
      at(text("referrer"), "request.headers.Referer[0]"),
      at(text("cookie"), "request.headers.Cookie[0]"),
      at(tlsVersion, "request.tls.version"),
      at(tlsCipher, "request.tls.cipher_suite"),
      at(other(), "request.tls.server_name"),
      at(other(), "request.headers.X-Forwarded-For[0]"),
      at(other(), "resp_headers.Content-Type[0]"),
    ],
    requires: ["request.client_ip", "request.remote_ip", "request.remote_addr"],
    needs: ["request.method", "size"],
  },
  samples: [
    {
      line: '{"level":"info","ts":1703373474.8155608,"logger":"http.log.access","msg":"handled request","request":{"remote_ip":"192.0.2.4","remote_port":"64985","client_ip":"198.51.100.7","proto":"HTTP/2.0","method":"GET","host":"example.com:8443","uri":"/beta/?a=b","headers":{"User-Agent":["Mozilla/5.0 (Macintosh)"],"Referer":["https://example.com/"],"Cookie":["REDACTED"]},"tls":{"resumed":false,"version":772,"cipher_suite":4865,"proto":"h2","server_name":"example.com"}},"bytes_read":7,"user_id":"","duration":0.001335486,"size":3609,"status":200,"resp_headers":{"Content-Type":["text/html"]}}',
      record: {
        time: "2023-12-23T23:17:54.815561Z",
        client_ip: "198.51.100.7",
        client_port: 64985,
        user: null,
        method: "GET",
        host: "example.com",
        site: "example.com",
        request_target: "/beta/?a=b",
        path: "/beta/",
        query: "a=b",
        protocol: "HTTP/2.0",
        scheme: "https",
        status: 200,
        bytes_sent: 3609,
        bytes_received: 7,
        duration_ms: 1.335486,
        user_agent: "Mozilla/5.0 (Macintosh)",
        referrer: "https://example.com/",
        cookie: "REDACTED",
        tls_protocol: "TLSv1.3",
        tls_cipher: "TLS_AES_128_GCM_SHA256",
        extra: {
          logger: "http.log.access",
          "request.tls.server_name": "example.com",
          "resp_headers.Content-Type[0]": "text/html",
        },
      },
    },
    {
      line: '{"level":"info","ts":"2024-05-26T11:42:52.601Z","msg":"handled request","request":{"remote_addr":"[2001:db8::9]:51000","proto":"HTTP/1.1","method":"HEAD","host":"example.com","uri":"/"},"duration":"1.5ms","size":0,"status":0}',
      record: {
        time: "2024-05-26T11:42:52.601Z",
        client_ip: "2001:db8::9",
        client_port: 51000,
        status: null,
        bytes_sent: 0,
        duration_ms: 1.5,
        scheme: null,
      },
    },
  ],
  refusals: [
    {
      line: '{"level":"info","ts":1761019822.3154097,"msg":"using config from file","file":"/etc/caddy/Caddyfile"}',
      reason: "the object has no request.method",
    },
    { line: 'caddy  | {"level":"info"}', reason: "not JSON" },
  ],
});
