import type { S3Settings } from "../sources/s3-client.js";
import type { Io } from "./io.js";

/** The flags that say how S3 is reached. */
export interface S3Flags {
  readonly profile?: string;
  readonly region?: string;
  readonly endpoint?: string;
}

/** How S3 is reached: as the flags say, and the standard environment where they are silent. */
export function s3Settings({ profile, region, endpoint }: S3Flags, io: Io): S3Settings {
  const { AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL } = io.env;
  const server = [endpoint, AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL].find(
    (address) => address !== undefined && address !== "",
  );
  return {
    signal: io.signal,
    ...(profile === undefined ? {} : { profile }),
    ...(region === undefined ? {} : { region }),
    ...(server === undefined ? {} : { endpoint: server }),
  };
}
