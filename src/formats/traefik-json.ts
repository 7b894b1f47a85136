import { defineFormat } from "./format.js";
import { duration, int, status } from "./kinds/numbers.js";
import { hostPort } from "./kinds/addresses.js";
import { other, text } from "./kinds/text.js";
import { anyTime, at, lastAddress, port, siteHost } from "./notations/json.js";

/** https://doc.traefik.io/traefik/observability/access-logs/ */
export const traefikJson = defineFormat({
  name: "traefik-json",
  aliases: ["traefik_json"],
  about: "Traefik access log with format: json",
  notation: "StartUTC ClientHost ClientPort RequestMethod RequestPath DownstreamStatus Duration …",
  json: {
    json: [
      at(anyTime(), "StartUTC", "StartLocal", "time"),
      at(lastAddress("client_ip"), "ClientHost", "ClientAddr"),
      at(port("client_port"), "ClientPort", "ClientAddr"),
      at(text("user"), "ClientUsername"),
      at(text("method"), "RequestMethod"),
      at(text("request_target"), "RequestPath"),
      at(text("protocol"), "RequestProtocol"),
      at(text("scheme"), "RequestScheme"),
      at(siteHost, "RequestHost", "RequestAddr"),
      at(status, "DownstreamStatus"),
      at(int("bytes_sent"), "DownstreamContentSize"),
      at(int("bytes_received"), "RequestContentSize"),
      at(duration("duration_ms", "ns"), "Duration"),
      at(text("referrer"), "request_Referer"),
      at(text("user_agent"), "request_User-Agent"),
      at(text("cookie"), "request_Cookie"),
      at(hostPort("target_ip", "target_port"), "ServiceAddr"),
      at(text("tls_protocol"), "TLSVersion"),
      at(text("tls_cipher"), "TLSCipher"),
      at(other(), "OriginStatus"),
    ],
    requires: ["ClientHost", "ClientAddr"],
    needs: ["RequestMethod"],
  },
  samples: [
    {
      line: '{"ClientAddr":"172.71.122.85:11029","ClientHost":"192.168.1.100,10.0.0.50","ClientPort":"11029","ClientUsername":"-","DownstreamContentSize":357,"DownstreamStatus":204,"Duration":2337877,"OriginContentSize":0,"OriginDuration":823492,"OriginStatus":200,"Overhead":1514385,"RequestAddr":"example.com:8443","RequestContentSize":12,"RequestCount":2818,"RequestHost":"example.com","RequestMethod":"OPTIONS","RequestPath":"/sync?since=1","RequestPort":"8443","RequestProtocol":"HTTP/2.0","RequestScheme":"https","RetryAttempts":0,"RouterName":"matrix@docker","ServiceAddr":"172.16.16.25:8008","ServiceName":"synapse@docker","ServiceURL":{"Scheme":"http"},"StartLocal":"2025-11-28T10:21:55.645779561+01:00","StartUTC":"2025-11-28T09:21:55.645779561Z","TLSCipher":"TLS_AES_128_GCM_SHA256","TLSVersion":"1.3","entryPointName":"web-secure","level":"info","msg":"","request_User-Agent":"Nikto","request_Referer":"https://example.com/","time":"2025-11-28T09:21:55Z"}',
      record: {
        time: "2025-11-28T09:21:55.645779Z",
        client_ip: "10.0.0.50",
        client_port: 11029,
        user: null,
        method: "OPTIONS",
        request_target: "/sync?since=1",
        path: "/sync",
        query: "since=1",
        protocol: "HTTP/2.0",
        scheme: "https",
        host: "example.com",
        site: "example.com",
        status: 204,
        bytes_sent: 357,
        bytes_received: 12,
        duration_ms: 2.337877,
        user_agent: "Nikto",
        referrer: "https://example.com/",
        target_ip: "172.16.16.25",
        target_port: 8008,
        tls_protocol: "1.3",
        tls_cipher: "TLS_AES_128_GCM_SHA256",
        extra: { RouterName: "matrix@docker", OriginStatus: "200", entryPointName: "web-secure" },
      },
    },
    {
      line: '{"ClientAddr":"[2001:db8::1]:56348","RequestMethod":"GET","RequestPath":"/","StartLocal":"2025-11-28T10:21:55Z"}',
      record: { client_ip: "2001:db8::1", client_port: 56348 },
    },
    {
      line: '{"ClientHost":"2001:db8::1","ClientPort":"-","DownstreamStatus":"404","RequestMethod":"GET","RequestPath":"/","time":"2025-11-28T10:21:55+01:00"}',
      record: {
        time: "2025-11-28T09:21:55Z",
        client_ip: "2001:db8::1",
        client_port: null,
        status: 404,
      },
    },
  ],
  refusals: [
    { line: "DEBUG: plugin: 2025/09/05 13:53:40 handleStreamCache:updated", reason: "not JSON" },
    {
      line: '{"level":"info","msg":"Traefik version 3.1","time":"2025-11-28T10:21:55+01:00"}',
      reason: "the object has no RequestMethod",
    },
    {
      line: '{"ClientHost":"203.0.113.1","RequestMethod":"GET","StartUTC":"yesterday"}',
      reason: "StartUTC is not a time: yesterday",
    },
  ],
});
