import { keepingText, percentEncoded, PLAIN } from "./encoded.js";
import { defineFormat } from "./format.js";
import { duration, int } from "./kinds/numbers.js";
import { hostPort } from "./kinds/addresses.js";
import { isoTime } from "./kinds/times.js";
import { other, text, urlEncoded } from "./kinds/text.js";
import type { Kind } from "./kinds/kind.js";
import { balancer, field, spaced } from "./notations/aws.js";

const domain = keepingText(urlEncoded("host"), PLAIN, (t) => percentEncoded(t, ""));

const fields = [
  field("type", text("protocol", { pattern: "[a-z]+" })),
  field("version", other({ pattern: "\\d+\\.\\d+" })),
  field("time", isoTime()),
  field("elb", balancer),
  field("listener", other()),
  field("client:port", hostPort("client_ip", "client_port")),
  field("destination:port", hostPort("target_ip", "target_port")),
  field("connection_time", duration("duration_ms", "ms")),
  field("tls_handshake_time", duration("tls_handshake_ms", "ms")),
  field("received_bytes", int("bytes_received")),
  field("sent_bytes", int("bytes_sent")),
  field("incoming_tls_alert", other()),
  field("chosen_cert_arn", other()),
  field("chosen_cert_serial", other()),
  field("tls_cipher", text("tls_cipher")),
  field("tls_protocol_version", text("tls_protocol")),
  field("tls_named_group", other()),
  field("domain_name", domain),
  field("alpn_fe_protocol", other()),
  field("alpn_be_protocol", other()),
  field("alpn_client_preference_list", other()),
  field("tls_connection_creation_time", other()),
];
const items = spaced(fields);

/** Until 2020 the lines had 18 fields, and said so by their version. */
const oldVersion: Kind = { ...other({ pattern: "1\\.0" }), valid: (c) => `${c} = '1.0'` };
const old = spaced(
  fields
    .slice(0, 18)
    .map((item) => (item.native === "version" ? field("version", oldVersion) : item)),
);

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-access-logs.html */
export const nlb = defineFormat({
  name: "nlb",
  aliases: ["awsnlb", "aws_nlb"],
  about: "AWS Network Load Balancer access logs, one line a connection of a TLS listener",
  notation:
    "type version time elb listener client:port destination:port connection_time " +
    "tls_handshake_time received_bytes sent_bytes incoming_tls_alert chosen_cert_arn " +
    "chosen_cert_serial tls_cipher tls_protocol_version tls_named_group domain_name " +
    "alpn_fe_protocol alpn_be_protocol alpn_client_preference_list tls_connection_creation_time",
  layouts: [
    { items, escaping: "none", openEnded: true },
    { items: old, escaping: "none" },
  ],
  samples: [
    {
      line: 'tls 2.0 2026-04-01T08:51:42 net/my-network-loadbalancer/c6e77e28c25b2234 g3d4b5e8bb8464cd 72.21.218.154:51341 172.100.100.185:443 5 2 98 246 - arn:aws:acm:us-east-2:671290407336:certificate/2a108f19 - ECDHE-RSA-AES128-SHA tlsv12 - my%2Dservice.example.com h2 h2 "h2","http/1.1" 2026-04-01T08:51:20',
      record: {
        time: "2026-04-01T08:51:42Z",
        site: "net/my-network-loadbalancer/c6e77e28c25b2234",
        client_ip: "72.21.218.154",
        client_port: 51341,
        target_ip: "172.100.100.185",
        target_port: 443,
        duration_ms: 5,
        tls_handshake_ms: 2,
        bytes_received: 98,
        bytes_sent: 246,
        tls_cipher: "ECDHE-RSA-AES128-SHA",
        tls_protocol: "tlsv12",
        host: "my-service.example.com",
        protocol: "tls",
        extra: {
          listener: "g3d4b5e8bb8464cd",
          alpn_fe_protocol: "h2",
          alpn_client_preference_list: '"h2","http/1.1"',
          tls_connection_creation_time: "2026-04-01T08:51:20",
        },
      },
    },
    {
      line: "tls 2.0 2026-04-01T08:51:42 net/nlb/c6 g3 2a02:c7c:8:f215::9:50718 2001:db8::1:443 5 - 0 0 80 - - - - - - - - - 2026-04-01T08:51:20 2026 -",
      record: {
        client_ip: "2a02:c7c:8:f215::9",
        client_port: 50718,
        target_ip: "2001:db8::1",
        target_port: 443,
        tls_handshake_ms: null,
        host: null,
        extra: { incoming_tls_alert: "80" },
      },
    },
    {
      line: "tls 1.0 2018-12-20T02:59:40 net/nlb/c6 g3 72.21.218.154:51341 172.100.100.185:443 5 2 98 246 - - - ECDHE-RSA-AES128-SHA tlsv12 - n.elb.us-east-2.amazonaws.com",
      record: { bytes_sent: 246, host: "n.elb.us-east-2.amazonaws.com", extra: { version: "1.0" } },
    },
  ],
  refusals: [
    {
      line: "tls 2.0 2018-12-20T02:59:40 net/nlb/c6 g3 72.21.218.154:51341 172.100.100.185:443 5 2 98 246 - - - ECDHE-RSA-AES128-SHA tlsv12 - n.elb.us-east-2.amazonaws.com",
      reason: "the line ends where alpn_fe_protocol should stand",
    },
    {
      line: "tls 2.0 2018-12-20T02:59:40 net/nlb/c6 g3 72.21.218.154:51341 172.100.100.185:443 5 2 98 246 - - - ECDHE-RSA-AES128-SHA tlsv12 - n.elb.us-east-2.amazonaws.com - - -",
      reason: "the line ends where tls_connection_creation_time should stand",
    },
    {
      line: "tls 2.0 2018-12-20T02:59:40 net/nlb/c6 g3 72.21.218.154:51341 172.100.100.185:443 5 2 98 -246 - - - C tlsv12 - n - - - 2018-12-20T02:59:30",
      reason: "sent_bytes",
    },
  ],
});
