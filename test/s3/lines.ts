import { gzipSync } from "node:zlib";

/** One line as S3 writes it; `id` is its request id. */
export function s3Line(
  id: number | string,
  bucket = "shop",
  time = "05/Nov/2026:10:31:02",
): string {
  const request = `REQ${String(id).padStart(13, "0")}`;
  const client = `203.0.113.${Number(id) % 250 || 7}`;
  return (
    `79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be ${bucket} [${time} +0000] ` +
    `${client} - ${request} REST.GET.OBJECT photos/${id}.jpg "GET /photos/${id}.jpg HTTP/1.1" 200 - ` +
    `1024 4096 12 11 "-" "Mozilla/5.0" - aGVsbG8= SigV4 TLS_AES_128_GCM_SHA256 AuthHeader ` +
    `${bucket}.s3.amazonaws.com TLSv1.3 - -\n`
  );
}

/** Lines with the request ids from one on. */
export const s3Lines = (from: number, count: number, bucket?: string): string =>
  Array.from({ length: count }, (_, index) => s3Line(from + index, bucket)).join("");

const two = (value: number): string => String(value).padStart(2, "0");

/** A key as S3 names a delivery: `YYYY-MM-DD-hh-mm-ss-ID`. */
export function deliveryKey(n: number, prefix = "", day = "2026-11-05"): string {
  const time = [Math.floor(n / 3600) % 24, Math.floor(n / 60) % 60, n % 60].map(two).join("-");
  return `${prefix}${day}-${time}-${n.toString(16).toUpperCase().padStart(16, "0")}`;
}

/** A gzip that was cut off. */
export function truncatedGzip(text: string): Buffer {
  const whole = gzipSync(text);
  return whole.subarray(0, Math.floor(whole.length * 0.6));
}
