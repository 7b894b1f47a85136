import { albConnectionLogs } from "./alb-connection.js";
import { albAccessLogs } from "./alb.js";
import { cloudfrontStandardLogs } from "./cloudfront.js";
import { elbLogs } from "./elb.js";
import { accessLogsNlb, nlbTlsLogs } from "./nlb.js";
import { s3AccessLogs } from "./s3.js";
import type { AthenaView } from "./view.js";

/** Every table of AWS's documentation that the record can show. */
export const athenaViews: readonly AthenaView[] = [
  s3AccessLogs,
  // The name in AWS's own example: s3_access_logs_db.mybucket_logs.
  { ...s3AccessLogs, name: "mybucket_logs" },
  albAccessLogs,
  albConnectionLogs,
  nlbTlsLogs,
  accessLogsNlb,
  elbLogs,
  cloudfrontStandardLogs,
];
