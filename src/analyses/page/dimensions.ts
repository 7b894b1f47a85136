import { stitchColumns } from "../stitch/joined.js";
import { facets, type Facet } from "../compare/facets.js";

/** Fields that the page can show, of each log those that have several values. */
const FIELDS = [
  "client_ip",
  "user_agent",
  "path_pattern",
  "key_prefix",
  "status",
  "host",
  "method",
  "target_port",
  "client_net",
  "referrer_host",
  "path",
  "key",
  "operation",
  "error_code",
  "as_org",
  "country",
  "requester",
  "user",
  "session_id",
  "cache_result",
  "extension",
  "protocol",
  "tls_protocol",
  "target_ip",
];

/** Of what `culprit stitch` adds, measures and places are no groups. */
const GROUPS: ReadonlySet<string> = new Set(["stitch", "back_ip", "back_status"]);

const isGroup = (name: string): boolean => !stitchColumns.has(name) || GROUPS.has(name);

/** The page's fields, derived columns among them. */
export function pageFacets(derived: readonly string[]): Facet[] {
  const wanted = new Set([...FIELDS, ...derived.filter(isGroup)]);
  const order = [...wanted];
  return facets(derived)
    .filter(({ name }) => wanted.has(name))
    .toSorted((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
}

/** Columns of the record that the page reads beside those of the analyses. */
export const pageColumns = (derived: readonly string[]): string[] => [
  "time",
  "status",
  "bytes_sent",
  ...pageFacets(derived).flatMap(({ columns }) => columns),
];
