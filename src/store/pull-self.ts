import type { Reading } from "../formats/reading.js";
import { Exit, Problem } from "../problems/problem.js";
import type { Input } from "../sources/input.js";

/** Thrown through the ingest, which goes on after a mere Problem of one object. */
export class LogsIntoItself extends Error {
  readonly problem: Problem;

  constructor(bucket: string, where: string) {
    super(`${bucket} logs into itself`);
    this.problem = selfLogging(
      bucket,
      where,
      "a line in this object is about the bucket it lies in",
    );
  }
}

/** The Problem of a bucket whose access log is written into itself. */
export const selfLogging = (bucket: string, where: string, seen: string): Problem =>
  new Problem({
    code: "s3-logs-into-itself",
    what: `the bucket ${bucket} writes its access log into itself`,
    where,
    why: `${seen}. Every log delivered and every object read makes new lines in it, which the next pull reads: it grows and costs without end`,
    help: "let it log into another bucket (aws s3api put-bucket-logging), or pull it all the same with --allow-self",
    exit: Exit.usage,
  });

type Choose = (lines: readonly string[], input: Input, like: Reading | undefined) => Reading;

/** Chooses formats as before, and stops everything at a line of S3's about the bucket it lies in. */
export function refusingSelf(choose: Choose): Choose {
  return (lines, input, like) => {
    const reading = choose(lines, input, like);
    const bucket = /^s3:\/\/([^/]+)\//.exec(input.name)?.[1];
    if (reading.format.name === "s3" && bucket !== undefined) {
      if (lines.some((line) => bucketOf(line) === bucket)) {
        throw new LogsIntoItself(bucket, input.name);
      }
    }
    return reading;
  };
}

/** The second field of a line of S3's. */
const bucketOf = (line: string): string | undefined => /^\S+ (\S+) \[/.exec(line)?.[1];
