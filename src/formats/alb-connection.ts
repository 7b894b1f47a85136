import { defineFormat } from "./format.js";
import { duration, int } from "./kinds/numbers.js";
import { host } from "./kinds/addresses.js";
import { isoTime } from "./kinds/times.js";
import { other, text } from "./kinds/text.js";
import type { Kind } from "./kinds/kind.js";
import { after, field, kept, quotedOrDash, spaced } from "./notations/aws.js";

/** `Success`, or `Failed:` and the reason. */
const verifyStatus: Kind = kept({
  ...text("error_code"),
  columns: { error_code: (t) => `nullif(regexp_extract(${t}, '^Failed:(.*)$', 1), '')` },
});

const items = spaced([
  field("timestamp", isoTime()),
  field("client_ip", host("client_ip", { pattern: '[^ \\t,"]+' })),
  field("client_port", int("client_port")),
  field("listener_port", int("target_port")),
  field("tls_protocol", text("tls_protocol")),
  field("tls_cipher", text("tls_cipher")),
  field("tls_handshake_latency", duration("tls_handshake_ms", "s")),
  quotedOrDash("leaf_client_cert_subject", other()),
  field("leaf_client_cert_validity", other()),
  field("leaf_client_cert_serial_number", other()),
  field("tls_verify_status", verifyStatus),
  field("conn_trace_id", other()),
  field("tls_keyexchange", other()),
]);

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-connection-logs.html */
export const albConnection = defineFormat({
  name: "alb-connection",
  aliases: ["awsalbconn", "aws_alb_connection"],
  about: "AWS Application Load Balancer connection logs, one line a TLS connection",
  notation:
    "timestamp client_ip client_port listener_port tls_protocol tls_cipher tls_handshake_latency " +
    '"leaf_client_cert_subject" leaf_client_cert_validity leaf_client_cert_serial_number ' +
    "tls_verify_status conn_trace_id tls_keyexchange",
  layouts: [
    {
      items,
      escaping: "backslash",
      optionalFrom: after(items, "tls_verify_status"),
      openEnded: true,
    },
  ],
  samples: [
    {
      line: '2026-10-04T17:05:15.514108Z 203.0.113.1 36280 443 TLSv1.2 ECDHE-RSA-AES128-GCM-SHA256 4.036 "CN=amazondomains.com,O=endEntity,L=Seattle,ST=Washington,C=US" NotBefore=2023-09-21T22:43:21Z;NotAfter=2026-06-17T22:43:21Z FEF257372D5C14D4 Success TID_3180a73013c8ca4bac2f731159d4b0fe',
      record: {
        time: "2026-10-04T17:05:15.514108Z",
        client_ip: "203.0.113.1",
        client_port: 36280,
        target_port: 443,
        tls_protocol: "TLSv1.2",
        tls_cipher: "ECDHE-RSA-AES128-GCM-SHA256",
        tls_handshake_ms: 4036,
        error_code: null,
        extra: {
          leaf_client_cert_subject: "CN=amazondomains.com,O=endEntity,L=Seattle,ST=Washington,C=US",
          tls_verify_status: "Success",
          conn_trace_id: "TID_3180a73013c8ca4bac2f731159d4b0fe",
        },
      },
    },
    {
      line: "2026-10-04T17:05:15.514108Z 2001:db8::7 36280 443 TLSv1.3 TLS_AES_128_GCM_SHA256 - - - - Failed:ClientCertUntrusted TID_1c71a68d70587445ad5127ff8b2687d7 X25519MLKEM768",
      record: {
        client_ip: "2001:db8::7",
        tls_handshake_ms: null,
        error_code: "ClientCertUntrusted",
        extra: {
          tls_verify_status: "Failed:ClientCertUntrusted",
          tls_keyexchange: "X25519MLKEM768",
        },
      },
    },
    {
      line: "2023-10-04T17:05:15.514108Z 203.0.113.1 36280 443 TLSv1.2 ECDHE-RSA-AES128-GCM-SHA256 4.036 - - FEF257372D5C14D4 Success",
      record: { tls_handshake_ms: 4036, extra: { tls_verify_status: "Success" } },
    },
    {
      line: '2026-10-04T17:05:15.514108Z 203.0.113.1 36280 80 - - - "-" - - - TID_9',
      record: { target_port: 80, tls_protocol: null, error_code: null },
    },
  ],
  refusals: [
    {
      line: "2026-10-04T17:05:15.514108Z 203.0.113.1 36280 443 TLSv1.2 ECDHE-RSA-AES128-GCM-SHA256 4.036 - - -",
      reason: "the line ends where tls_verify_status should stand",
    },
    {
      line: "2026-10-04T17:05:15.514108Z 203.0.113.1 port 443 TLSv1.2 C 4.036 - - - Success TID_1",
      reason: "client_port",
    },
  ],
});
