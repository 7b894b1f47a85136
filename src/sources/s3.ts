import { Exit, Problem } from "../problems/problem.js";
import type { Input } from "./input.js";
import { parseS3Address, type S3Address } from "./s3-address.js";
import { nameOf, readObject } from "./s3-body.js";
import { S3, type S3Object } from "./s3-client.js";
import { whyNoLog } from "./s3-keys.js";
import type { Found, ResolveOptions, Source } from "./source.js";

/** Objects in S3, or in anything that speaks its protocol: one, or all below a prefix. */
export const s3Source: Source = {
  shape: "s3://bucket/key-or-prefix",
  accepts: isS3Address,
  async find(text, options): Promise<Found[]> {
    const address = parseS3Address(text);
    const s3 = await S3.open(options.s3 ?? {}, text);
    const objects = await objectsAt(s3, address, options);
    return objects.map((object) => ({
      input: inputOf(s3, object),
      identity: identityOf(object),
    }));
  },
};

/** Whether a source is meant to be in S3. */
export function isS3Address(text: string): boolean {
  return /^s3:\/\//i.test(text);
}

/** Tells an object from all others, also from what was under the same key before. */
export const identityOf = (object: S3Object): string =>
  `${nameOf(object)}#${object.etag}#${object.bytes}`;

/** An object as a stream of log bytes. */
export const inputOf = (s3: S3, object: S3Object): Input => ({
  name: nameOf(object),
  identity: identityOf(object),
  bytes: object.bytes,
  remote: true,
  open: () => readObject(s3, object),
});

/** The one object that has the key, or the logs among all that begin with it. */
async function objectsAt(
  s3: S3,
  { name, bucket, prefix }: S3Address,
  options: ResolveOptions,
): Promise<S3Object[]> {
  const objects: S3Object[] = [];
  const skipped = new Map<string, number>();
  for await (const page of s3.list(bucket, prefix)) {
    // A key comes before all others that begin with it.
    const [first] = page.objects;
    if (objects.length === 0 && first?.key === prefix && !prefix.endsWith("/")) return [first];
    for (const object of page.objects) {
      const reason = whyNoLog(object);
      if (reason === undefined) objects.push(object);
      else skipped.set(reason, (skipped.get(reason) ?? 0) + 1);
    }
  }
  const left = [...skipped].map(([reason, count]) => `${count} ${reason}`).join(", ");
  if (objects.length === 0) throw nothing(name, prefix, left);
  if (left !== "") options.warn(`${name}: left out by their names: ${left}`);
  return objects;
}

function nothing(where: string, prefix: string, left: string): Problem {
  const glob = /[*?]/.test(prefix) ? "; a prefix is taken literally, * and ? are not globs" : "";
  return new Problem({
    code: "s3-nothing",
    what: "there is no log under this key or prefix",
    where,
    why: left === "" ? `no key begins so${glob}` : `left out by their names: ${left}`,
    help: "aws s3 ls shows what is there; a folder ends with /",
    exit: Exit.input,
  });
}
