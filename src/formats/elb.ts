import { defineFormat } from "./format.js";
import { hostPort } from "./kinds/addresses.js";
import { int, status } from "./kinds/numbers.js";
import { isoTime } from "./kinds/times.js";
import { other, text } from "./kinds/text.js";
import { after, awsRequest, balancer, field, quoted, secondsOf, spaced } from "./notations/aws.js";

const items = spaced([
  field("time", isoTime()),
  field("elb", balancer),
  field("client:port", hostPort("client_ip", "client_port")),
  field("backend:port", hostPort("target_ip", "target_port")),
  field("request_processing_time", secondsOf("_request_ms")),
  field("backend_processing_time", secondsOf("_target_ms")),
  field("response_processing_time", secondsOf("_response_ms")),
  field("elb_status_code", status),
  field("backend_status_code", other()),
  field("received_bytes", int("bytes_received")),
  field("sent_bytes", int("bytes_sent")),
  quoted("request", awsRequest),
  quoted("user_agent", text("user_agent")),
  field("ssl_cipher", text("tls_cipher")),
  field("ssl_protocol", text("tls_protocol")),
]);

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/classic/access-log-collection.html */
export const elb = defineFormat({
  name: "elb",
  aliases: ["awselb", "clb", "aws_clb", "aws_elb"],
  about: "AWS Classic Load Balancer access logs; old lines end after the request",
  notation:
    "time elb client:port backend:port request_processing_time backend_processing_time " +
    "response_processing_time elb_status_code backend_status_code received_bytes sent_bytes " +
    '"request" "user_agent" ssl_cipher ssl_protocol',
  layouts: [
    {
      items,
      escaping: "backslash",
      optionalFrom: after(items, "request"),
      stops: [12],
      openEnded: true,
    },
  ],
  samples: [
    {
      line: '2015-05-13T23:39:43.945958Z my-loadbalancer 192.168.131.39:2817 10.0.0.1:80 0.000086 0.001048 0.001337 200 200 5 57 "GET https://www.example.com:443/a?b HTTP/1.1" "curl/7.38.0" DHE-RSA-AES128-SHA TLSv1.2',
      record: {
        time: "2015-05-13T23:39:43.945958Z",
        site: "my-loadbalancer",
        client_ip: "192.168.131.39",
        client_port: 2817,
        target_ip: "10.0.0.1",
        target_port: 80,
        duration_ms: 2.471,
        first_byte_ms: 1.134,
        status: 200,
        bytes_received: 5,
        bytes_sent: 57,
        method: "GET",
        path: "/a",
        query: "b",
        host: "www.example.com",
        user_agent: "curl/7.38.0",
        tls_cipher: "DHE-RSA-AES128-SHA",
        tls_protocol: "TLSv1.2",
        extra: { backend_status_code: "200", backend_processing_time: "0.001048" },
      },
    },
    {
      line: '2015-05-13T23:39:43.945958Z my-loadbalancer 192.168.131.39:2817 10.0.0.1:80 0.001069 0.000028 0.000041 - - 82 305 "- - - " "-" - -',
      record: { status: null, method: null, request_target: null, path: null, bytes_sent: 305 },
    },
    {
      line: '2015-05-13T23:39:43.945958Z my-loadbalancer 192.168.131.39:2817 - -1 -1 -1 503 0 0 29 "GET http://www.example.com:80/ HTTP/1.1"',
      record: { status: 503, target_ip: null, duration_ms: null, user_agent: null, path: "/" },
    },
  ],
  refusals: [
    {
      line: "2015-05-13T23:39:43.945958Z my-loadbalancer 192.168.131.39:2817 10.0.0.1:80 0.000073 0.001048 0.000057 200 200 0 29",
      reason: "the line ends where request in quotes",
    },
    {
      line: '2015-05-13T23:39:43.945958Z my-loadbalancer 192.168.131.39 10.0.0.1:80 0.000073 0.001048 0.000057 200 200 0 29 "GET / HTTP/1.1"',
      reason: "client:port is not address:port",
    },
  ],
});
