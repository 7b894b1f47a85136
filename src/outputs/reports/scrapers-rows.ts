import type { Evidence } from "../../analyses/scrapers/evidence.js";
import type { ScrapersResult, Verdict } from "../../analyses/scrapers/result.js";
import type { Traffic } from "../../analyses/scrapers/traffic.js";
import type { RowSet } from "../rows.js";
import type { Value } from "../values.js";

/** The result as one JSON document; names are stable. */
export function scrapersDocument(result: ScrapersResult): Readonly<Record<string, Value>> {
  return {
    schema_version: 1,
    site: { ...result.site },
    judged: result.judged,
    too_little_data: { ...result.too_little_data },
    notes: [...result.notes],
    clients: result.clients.map(flat),
    groups: result.groups.map((group) => ({
      ...flat(group),
      members: group.members.map((member) => ({ ...member })),
    })),
    shared_addresses: result.shared_addresses.map(flat),
  };
}

/** The traffic's numbers stand beside the verdict. */
function flat({ traffic, evidence, ...verdict }: Verdict): Record<string, Value> {
  return { ...verdict, ...numbers(traffic), evidence: evidence.map((one) => ({ ...one })) };
}

const numbers = ({ ...traffic }: Traffic): Record<string, Value> => traffic;

const columns = [
  { name: "kind", type: "text" },
  { name: "value", type: "text" },
  { name: "user_agent", type: "text" },
  { name: "class", type: "text" },
  { name: "band", type: "text" },
  { name: "score", type: "float" },
  { name: "addresses", type: "int" },
  { name: "requests", type: "int" },
  { name: "pages", type: "int" },
  { name: "distinct_pages", type: "int" },
  { name: "assets", type: "int" },
  { name: "bytes_sent", type: "int" },
  { name: "first_seen", type: "time" },
  { name: "last_seen", type: "time" },
  { name: "evidence", type: "text" },
] as const;

/** Clients, groups and shared addresses as one table. */
export function scrapersRows(result: ScrapersResult): RowSet {
  const row = (
    kind: string,
    value: string | null,
    agent: string | null,
    addresses: number,
    { class: name, band, score, traffic, evidence }: Verdict,
  ): Value[] => [
    kind,
    value,
    agent,
    name,
    band,
    score,
    addresses,
    traffic.requests,
    traffic.pages,
    traffic.distinct_pages,
    traffic.assets,
    traffic.bytes_sent,
    traffic.first_seen,
    traffic.last_seen,
    sentences(evidence),
  ];
  const rows = [
    ...result.clients.map((one) => row("client", one.client_ip, one.user_agent, 1, one)),
    ...result.groups.map((one) => row(one.kind, one.value, null, one.addresses, one)),
    ...result.shared_addresses.map((one) => row("shared_address", one.client_ip, null, 1, one)),
  ];
  return { columns, rows };
}

const sentences = (evidence: readonly Evidence[]): string =>
  evidence.map(({ sentence }) => sentence).join("; ");
