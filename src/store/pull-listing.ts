import type { S3Address } from "../sources/s3-address.js";
import type { S3, S3Page } from "../sources/s3-client.js";
import { isDayFolder, isFolderOutside, LATEST_S3, type TimeWindow } from "../sources/s3-keys.js";

/** More folders than this beside each other, without a date, are listed as one. */
const MANY_FOLDERS = 100;
const DAY = 86_400_000;

/**
 * Lists what lies below an address. A window spares the requests for folders and for runs of keys
 * that their dates put wholly outside of it. Nothing else is ever left out: where the keys do not
 * show such a date, all of them are listed, and an object that came late lies where its date says.
 */
export async function* listPlace(
  s3: S3,
  { bucket, prefix }: S3Address,
  window: TimeWindow,
): AsyncGenerator<S3Page> {
  if (window.since === undefined && window.until === undefined) yield* s3.list(bucket, prefix);
  else yield* new Walk(s3, bucket, window).below(prefix);
}

class Walk {
  constructor(
    readonly s3: S3,
    readonly bucket: string,
    readonly window: TimeWindow,
  ) {}

  /**
   * One request shows, complete, what keys have up to their next `-`: for `[prefix]YYYY-MM-DD-…`
   * the years, and beside them whatever else there is.
   */
  async *below(prefix: string, depth = 0): AsyncGenerator<S3Page> {
    const [overview] = await first(this.s3.list(this.bucket, prefix, { delimiter: "-" }));
    if (overview === undefined) return;
    if (overview.truncated) {
      yield* this.folder(prefix, depth);
      return;
    }
    yield overview;
    for (const group of overview.folders) {
      const rest = group.slice(prefix.length);
      if (isFolderOutside(group.slice(0, group.lastIndexOf("/") + 1), this.window)) continue;
      if (rest.includes("/")) yield* this.folder(group, depth);
      else if (/(?:^|[._-])\d{4}-$/.test(rest)) yield* this.#year(group);
      else if (depth < 4) yield* this.below(group, depth + 1);
      else yield* this.s3.list(this.bucket, group);
    }
  }

  /** Goes down by folders, past those of other times. */
  async *folder(prefix: string, depth: number): AsyncGenerator<S3Page> {
    const folders: string[] = [];
    for await (const page of this.s3.list(this.bucket, prefix, { delimiter: "/" })) {
      if (page.objects.length > 0) yield page;
      folders.push(...page.folders);
    }
    const wanted = folders.filter((path) => !isFolderOutside(path, this.window));
    if (folders.length > MANY_FOLDERS && wanted.length === folders.length) {
      for await (const page of this.s3.list(this.bucket, prefix)) {
        const deeper = page.objects.filter(({ key }) => key.slice(prefix.length).includes("/"));
        yield { ...page, objects: deeper };
      }
      return;
    }
    for (const path of wanted) {
      if (isDayFolder(path) || depth > 12) yield* this.s3.list(this.bucket, path);
      else yield* this.folder(path, depth + 1);
    }
  }

  /** Keys that go on with `MM-DD`, sorted by day: only the days that can matter. */
  async *#year(group: string): AsyncGenerator<S3Page> {
    const base = group.slice(0, -"YYYY-".length);
    const { since, until } = this.window;
    const start = since === undefined ? "" : base + dayOf(since.getTime() - DAY);
    const end = until === undefined ? undefined : base + dayOf(until.getTime() + LATEST_S3 + DAY);
    const isPast = (key: string): boolean => end !== undefined && key > `${end}~`;
    if (`${group}~` < start || isPast(group)) return;
    const options = start > group ? { startAfter: start } : {};
    for await (const page of this.s3.list(this.bucket, group, options)) {
      yield page;
      if (isPast(page.objects.at(-1)?.key ?? "")) return;
    }
  }
}

const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

async function first<T>(items: AsyncGenerator<T>): Promise<T[]> {
  const next = await items.next();
  await items.return(undefined);
  return next.done === true ? [] : [next.value];
}
