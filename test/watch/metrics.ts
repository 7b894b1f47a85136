import { CloudWatchClient, PutMetricDataCommand } from "@aws-sdk/client-cloudwatch";

const HOUR = 3_600_000;

/** Puts a metric of a bucket, hour by hour from a time on; undefined hours stay without data. */
export async function putHours(
  endpoint: string,
  {
    bucket,
    metric = "BytesDownloaded",
    dimensions,
  }: {
    bucket: string;
    metric?: string;
    dimensions: Record<string, string>;
  },
  from: Date,
  hours: readonly (number | undefined)[],
): Promise<void> {
  const client = new CloudWatchClient({
    region: "eu-west-1",
    endpoint,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
  const all = { BucketName: bucket, ...dimensions };
  const data = hours.flatMap((value, at) =>
    value === undefined
      ? []
      : {
          MetricName: metric,
          Dimensions: Object.entries(all).map(([Name, Value]) => ({ Name, Value })),
          Timestamp: new Date(from.getTime() + at * HOUR + HOUR / 2),
          Value: value,
          Unit: "Bytes" as const,
        },
  );
  for (let at = 0; at < data.length; at += 150) {
    await client.send(
      new PutMetricDataCommand({ Namespace: "AWS/S3", MetricData: data.slice(at, at + 150) }),
    );
  }
  client.destroy();
}
