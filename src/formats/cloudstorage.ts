import { defineFormat } from "./format.js";
import { duration, int, status } from "./kinds/numbers.js";
import { epoch } from "./kinds/times.js";
import { host, hostName } from "./kinds/addresses.js";
import { other, text } from "./kinds/text.js";
import type { Kind } from "./kinds/kind.js";
import type { Item, Layout } from "./layout.js";

const NAMES =
  "time_micros c_ip c_ip_type c_ip_region cs_method cs_uri sc_status cs_bytes sc_bytes time_taken_micros cs_host cs_referer cs_user_agent s_request_id cs_operation cs_bucket cs_object";

const kinds: Record<string, Kind> = {
  time_micros: epoch("us"),
  c_ip: host("client_ip"),
  cs_method: text("method"),
  cs_uri: text("request_target"),
  sc_status: status,
  cs_bytes: int("bytes_received"),
  sc_bytes: int("bytes_sent"),
  time_taken_micros: duration("duration_ms", "us"),
  cs_host: hostName("host"),
  cs_referer: text("referrer"),
  cs_user_agent: text("user_agent"),
  s_request_id: text("request_id"),
  cs_operation: text("operation"),
  cs_bucket: text("bucket"),
  cs_object: text("key"),
};

const layout: Layout = {
  items: NAMES.split(" ").flatMap((native, index): Item[] => [
    ...(index === 0 ? [] : [{ literal: "," }]),
    { native, kind: kinds[native] ?? other(), quoted: true },
  ]),
  escaping: "none",
};

/** https://cloud.google.com/storage/docs/access-logs#format */
export const cloudstorage = defineFormat({
  name: "cloudstorage",
  aliases: ["gcs", "google-cloud-storage"],
  about: "Google Cloud Storage usage logs",
  notation: NAMES.split(" ").join(","),
  layouts: [layout],
  comment: '"time_micros"',
  samples: [
    {
      line: '"1374511234567890","203.0.113.7","1","","GET","/my-bucket/a.txt?x=1","200","0","2048","52000","storage.googleapis.com","","curl/7.29.0","AEnB2Up1","GET_Object","my-bucket","a.txt"',
      record: {
        time: "2013-07-22T16:40:34.56789Z",
        client_ip: "203.0.113.7",
        method: "GET",
        path: "/my-bucket/a.txt",
        query: "x=1",
        status: 200,
        bytes_received: 0,
        bytes_sent: 2048,
        duration_ms: 52,
        host: "storage.googleapis.com",
        referrer: null,
        user_agent: "curl/7.29.0",
        request_id: "AEnB2Up1",
        operation: "GET_Object",
        bucket: "my-bucket",
        key: "a.txt",
      },
    },
  ],
  refusals: [
    {
      line: '"1374511234567890","203.0.113.7","1","","GET","/my-bucket/a.txt"',
      reason: "the line ends where",
    },
    {
      line: '"yesterday","203.0.113.7","1","","GET","/a","200","0","2","5","h","","c","A","GET_Object","b","a"',
      reason: "is not a time in seconds since 1970",
    },
  ],
});
