import { duration, int, status } from "../kinds/numbers.js";
import { epoch } from "../kinds/times.js";
import { host } from "../kinds/addresses.js";
import { other, percentDecoded, text, urlEncoded } from "../kinds/text.js";
import { present, type Kind } from "../kinds/kind.js";
import { cloudfrontEncoded, cloudfrontOnce, keepingText } from "../encoded.js";
import type { Field, Layout } from "../layout.js";
import { delimitedLayout } from "./delimited.js";
import { datedKinds, fieldNames, uri } from "./w3c.js";

const stem = uri(true);
/** A path, and no query or host with it. */
const USUAL_STEM = `/${cloudfrontOnce("!$&'()*+,/:;=@")}`;
const pathOf = stem.columns.path as (t: string) => string;
const encoded = (...value: Parameters<typeof urlEncoded>): Kind =>
  keepingText(urlEncoded(...value), cloudfrontOnce(), cloudfrontEncoded);

/**
 * The fields of CloudFront's standard logs, legacy and v2. CloudFront percent-encodes the values;
 * most writers of User-Agents meet a second encoding of it.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logs-reference.html
 */
export const cloudfrontKinds: Record<string, Kind> = {
  "c-ip": host("client_ip"),
  "c-port": int("client_port"),
  "c-country": text("country"),
  asn: int("asn"),
  "cs-method": text("method"),
  "cs(host)": text("site"),
  "cs-uri-stem": keepingText({ ...stem, rank: 0 }, USUAL_STEM, (t) => cloudfrontEncoded(pathOf(t))),
  "cs-uri-query": encoded("query", 1, { rank: 1 }),
  "cs(referer)": encoded("referrer"),
  "c-referrer": encoded("referrer"),
  "cs(user-agent)": encoded("user_agent", 2),
  "c-user-agent": encoded("user_agent", 2),
  "cs(cookie)": encoded("cookie"),
  "cs-protocol": text("scheme"),
  "cs-protocol-version": text("protocol"),
  "cs-bytes": int("bytes_received"),
  "sc-bytes": int("bytes_sent"),
  "sc-status": status,
  "time-taken": duration("duration_ms", "s"),
  "time-to-first-byte": duration("first_byte_ms", "s"),
  "x-edge-result-type": text("cache_result"),
  "x-edge-request-id": text("request_id"),
  "x-host-header": text("host", { rank: 1 }),
  "ssl-protocol": text("tls_protocol"),
  "ssl-cipher": text("tls_cipher"),
};

/** A value without a column of its own, shown without CloudFront's encoding. */
const decoded: Kind = { ...other(), extra: (c) => percentDecoded(present(c)) };

/** The instant as v2 can log it, more exact than date and time. */
export const instants: Record<string, Kind> = {
  "timestamp(ms)": epoch("ms", { rank: 1 }),
  timestamp: epoch("s"),
};

export const legacyFields =
  "date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) " +
  "cs(User-Agent) cs-uri-query cs(Cookie) x-edge-result-type x-edge-request-id x-host-header " +
  "cs-protocol cs-bytes time-taken x-forwarded-for ssl-protocol ssl-cipher " +
  "x-edge-response-result-type cs-protocol-version fle-status fle-encrypted-fields c-port " +
  "time-to-first-byte x-edge-detailed-result-type sc-content-type sc-content-len sc-range-start " +
  "sc-range-end";

export function cloudfrontFields(names: readonly string[]): Field[] {
  const kinds = names.some((name) => name.toLowerCase() in instants)
    ? { ...cloudfrontKinds, ...instants }
    : datedKinds(names, cloudfrontKinds, "_utc_date", "_utc_time");
  return names.map((native) => ({ native, kind: kinds[native.toLowerCase()] ?? decoded }));
}

/** v2 lets the owner choose the delimiter, and the header does not tell which. */
const delimiters = ["\t", " ", ",", "|", ";"];

export function cloudfrontLayouts(header: string): Layout[] | undefined {
  const names = fieldNames(header);
  if (names === undefined) return undefined;
  const fields = cloudfrontFields(names);
  return delimiters.map((delimiter) => delimitedLayout(fields, delimiter, "none"));
}
