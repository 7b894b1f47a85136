import { defineFormat } from "./format.js";
import { hostPort } from "./kinds/addresses.js";
import { int, status } from "./kinds/numbers.js";
import { isoTime } from "./kinds/times.js";
import { other, text } from "./kinds/text.js";
import {
  after,
  awsRequest,
  balancer,
  field,
  kept,
  latelyQuoted,
  quoted,
  quotedOrDash,
  secondsOf,
  spaced,
} from "./notations/aws.js";

const items = spaced([
  field("type", other({ pattern: "[a-z0-9]+" })),
  field("time", isoTime()),
  field("elb", balancer),
  field("client:port", hostPort("client_ip", "client_port")),
  field("target:port", hostPort("target_ip", "target_port")),
  field("request_processing_time", secondsOf("_request_ms")),
  field("target_processing_time", secondsOf("_target_ms")),
  field("response_processing_time", secondsOf("_response_ms")),
  field("elb_status_code", status),
  field("target_status_code", other()),
  field("received_bytes", int("bytes_received")),
  field("sent_bytes", int("bytes_sent")),
  quoted("request_line", awsRequest),
  quoted("user_agent", text("user_agent")),
  field("ssl_cipher", text("tls_cipher")),
  field("ssl_protocol", text("tls_protocol")),
  field("target_group_arn", other()),
  quoted("trace_id", other()),
  quoted("domain_name", kept(text("_server_name"))),
  quoted("chosen_cert_arn", other()),
  field("matched_rule_priority", other()),
  field("request_creation_time", other()),
  quoted("actions_executed", other()),
  quoted("redirect_url", other()),
  quoted("error_reason", text("error_code")),
  latelyQuoted("target:port_list", other()),
  latelyQuoted("target_status_code_list", other()),
  quoted("classification", other()),
  quoted("classification_reason", other()),
  field("conn_trace_id", other()),
  quotedOrDash("transformed_host", other()),
  quotedOrDash("transformed_uri", other()),
  quotedOrDash("request_transform_status", other()),
]);

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-access-logs.html */
export const alb = defineFormat({
  name: "alb",
  aliases: ["awsalb", "aws_alb"],
  about:
    "AWS Application Load Balancer access logs, 33 fields and the shorter lines of earlier years",
  notation:
    "type time elb client:port target:port request_processing_time target_processing_time " +
    "response_processing_time elb_status_code target_status_code received_bytes sent_bytes " +
    '"request_line" "user_agent" ssl_cipher ssl_protocol target_group_arn "trace_id" ' +
    '"domain_name" "chosen_cert_arn" matched_rule_priority request_creation_time ' +
    '"actions_executed" "redirect_url" "error_reason" "target:port_list" ' +
    '"target_status_code_list" "classification" "classification_reason" conn_trace_id ' +
    '"transformed_host" "transformed_uri" "request_transform_status"',
  layouts: [
    {
      items,
      escaping: "backslash",
      optionalFrom: after(items, "trace_id"),
      // 31: the next field announces itself by a dash before it is released.
      stops: [18, 20, 21, 22, 23, 24, 25, 27, 29, 30, 31],
      openEnded: true,
    },
  ],
  samples: [
    {
      line: 'https 2026-07-02T22:23:00.186641Z app/web/50dc6c495c0c9188 203.0.113.9:2817 10.0.0.1:8080 0.086 0.048 0.037 200 200 34 366 "GET https://www.example.com:443/find?q=\\x22a\\x22 HTTP/2.0" "curl \\x225\\x22" ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2 arn:aws:elasticloadbalancing:us-east-2:123456789012:targetgroup/t/73e2 "Root=1-58337281-1d84f3d7" "www.example.com" "arn:aws:acm:us-east-2:123456789012:certificate/1" 1 2026-07-02T22:22:48.364000Z "authenticate,forward" "-" "-" "10.0.0.1:8080" "200" "-" "-" TID_dc57cebed65b444ebc8177bb698fe166 "-" "-" "TransformSuccess"',
      record: {
        time: "2026-07-02T22:23:00.186641Z",
        site: "app/web/50dc6c495c0c9188",
        client_ip: "203.0.113.9",
        client_port: 2817,
        target_ip: "10.0.0.1",
        target_port: 8080,
        status: 200,
        bytes_received: 34,
        bytes_sent: 366,
        duration_ms: 171,
        first_byte_ms: 134,
        method: "GET",
        request_target: 'https://www.example.com:443/find?q="a"',
        scheme: "https",
        host: "www.example.com",
        path: "/find",
        query: 'q="a"',
        protocol: "HTTP/2.0",
        user_agent: 'curl "5"',
        tls_cipher: "ECDHE-RSA-AES128-GCM-SHA256",
        tls_protocol: "TLSv1.2",
        extra: {
          type: "https",
          target_status_code: "200",
          request_processing_time: "0.086",
          target_processing_time: "0.048",
          response_processing_time: "0.037",
          trace_id: "Root=1-58337281-1d84f3d7",
          domain_name: "www.example.com",
          matched_rule_priority: "1",
          actions_executed: "authenticate,forward",
          "target:port_list": "10.0.0.1:8080",
          conn_trace_id: "TID_dc57cebed65b444ebc8177bb698fe166",
          request_transform_status: "TransformSuccess",
        },
      },
    },
    {
      line: 'h2 2026-07-02T22:23:00.186641Z app/web/50dc 2a02:c7c:8:f215::9:50718 - -1 -1 -1 460 - 0 0 "GET https://10.0.2.105:773/a HTTP/2.0" "-" TLS_AES_128_GCM_SHA256 TLSv1.3 - "Root=1-5" "-" "-" -1 2026-07-02T22:22:48.364000Z "waf" "-" "WAFConnectionTimeout" "-" "-" "-" "-" TID_1 -',
      record: {
        client_ip: "2a02:c7c:8:f215::9",
        client_port: 50718,
        client_net: "2a02:c7c:8::/48",
        target_ip: null,
        target_port: null,
        duration_ms: null,
        first_byte_ms: null,
        status: 460,
        host: "10.0.2.105",
        user_agent: null,
        error_code: "WAFConnectionTimeout",
        extra: { request_processing_time: "-1", conn_trace_id: "TID_1" },
      },
    },
    {
      line: 'http 2026-07-02T22:23:00.186641Z app/web/50dc 203.0.113.9:2817 - -1 -1 -1 400 - 0 272 "- http://web-1.us-east-2.elb.amazonaws.com:80- -" "-" - - - "-" "-" "-" - 2026-07-02T22:23:00.186000Z "-" "-" "-" "-" "-" "-" "-"',
      record: {
        method: null,
        path: null,
        query: null,
        protocol: null,
        host: "web-1.us-east-2.elb.amazonaws.com",
        status: 400,
      },
    },
    {
      line: 'https 2026-07-02T22:23:00.186641Z app/web/50dc 203.0.113.9:2817 - -1 -1 -1 400 - 0 0 "- - - " "-" - - - "-" "api.example.com" "-" - 2026-07-02T22:23:00.186000Z "-" "-" "-"',
      record: { method: null, request_target: null, path: null, host: "api.example.com" },
    },
    {
      line: 'wss 2016-08-10T22:08:42.945958Z app/web/50dc 10.0.0.140:44244 10.0.0.171:8010 0.000 0.001 0.000 101 101 218 786 "GET https://10.0.0.30:443/ HTTP/1.1" "-" ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2 arn:aws:elasticloadbalancing:us-west-2:1:targetgroup/t/7 "Root=1-58337364"',
      record: { status: 101, duration_ms: 1, path: "/" },
    },
    {
      line: 'http 2027-07-02T22:23:00.186641Z app/web/50dc 203.0.113.9:2817 10.0.0.1:80 0.000 0.001 0.000 200 200 34 366 "GET http://www.example.com:80/ HTTP/1.1" "curl" - - arn "Root=1" "-" "-" 0 2027-07-02T22:22:48.364000Z "forward" "-" "-" "10.0.0.1:80" "200" "-" "-" TID_1 "-" "-" "-" "field of 2027" 7',
      record: { status: 200, extra: { conn_trace_id: "TID_1" } },
    },
    {
      line: 'http 2018-07-02T22:23:00.186641Z app/web/50dc6c495c0c9188 203.0.113.9:2817 10.0.0.1:80 0.000 0.001 0.000 200 200 34 366 "GET http://www.example.com:80/ HTTP/1.1" "curl/7.46.0" - - arn:x "Root=1-5833" "-" "-" 0 2018-07-02T22:22:48.364000Z "forward" "-" "-" 10.0.0.1:80 200 "-" "-" TID_dc57',
      record: {
        status: 200,
        path: "/",
        extra: {
          "target:port_list": "10.0.0.1:80",
          target_status_code_list: "200",
          conn_trace_id: "TID_dc57",
        },
      },
    },
  ],
  refusals: [
    {
      line: 'http 2018-07-02T22:23:00.186641Z app/web/50dc 192.168.131.39:2817 10.0.0.1:80 0.000 0.001 0.000 200 200 34 366 "GET http://www.example.com:80/ HTTP/1.1" "curl/7.46.0" - - arn "Root=1-58337262" "-" "-" 0 2018-07-02T22:22:48.364000Z "forward" "-" "-" 10.0.0.1:80 200 "-"',
      reason: "the line ends where classification_reason in quotes",
    },
    {
      line: "http 2018-07-02T22:23:00.186641Z app/web/50dc 192.168.131.39:2817 10.0.0.1:80 0.000 0.001 0.000 200 200 34 366",
      reason: "the line ends where request_line in quotes",
    },
    {
      line: 'http 2018-07-02T25:23:00.186641Z app/web/50dc 192.168.131.39:2817 10.0.0.1:80 0.000 0.001 0.000 200 200 34 366 "GET http://www.example.com:80/ HTTP/1.1" "curl/7.46.0" - - arn "Root=1-58337262"',
      reason: "time is not an ISO 8601 time",
    },
  ],
});
