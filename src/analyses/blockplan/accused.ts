import { integer } from "../../outputs/numbers.js";
import type { Dialect } from "../../engines/dialect.js";
import { networkOf } from "../../formats/addresses.js";
import { botNames } from "../bot-names.js";
import type { Client, Looks } from "./clients.js";
import type { FloodsResult } from "../floods/floods.js";
import { keyOf } from "../scrapers/clients.js";
import type { Band } from "../scrapers/evidence.js";
import { isAccused, type ScrapersResult, type Verdict } from "../scrapers/result.js";

/** What somebody is accused of, in a few words; they may hold text of the log. */
export interface Accusation {
  readonly reason: string;
  /** A subnet was convicted as such, so that it may be blocked where few of it were seen. */
  readonly subnet?: true;
}

/** Who is accused. */
export interface Accused {
  /** What a client is accused of, if anything. */
  readonly of: (client: Client) => Accusation | undefined;
  /** A condition that holds for all who are, as SQL. */
  readonly where: string;
}

/** More names than this are not written into a query: it then reads everybody. */
const MOST_NAMES = 2000;

export interface Verdicts {
  readonly scrapers: ScrapersResult;
  readonly floods: FloodsResult;
}

/**
 * The accused of both analyses, at least of this band. A pool of scattered addresses is accused as a
 * pool only: none of its members is proven, so that nothing in it is a ground to block anybody.
 */
export async function accusedOf(
  { scrapers, floods }: Verdicts,
  band: "likely" | "strong",
  looks: Looks,
  dialect: Dialect,
): Promise<Accused> {
  const nameOf = await botNames();
  const clients = new Map<string, Accusation>();
  const suspects = new Set<string>();
  const addresses = new Map<string, Accusation>();
  const subnets = new Map<string, Accusation>();
  const agents = new Map<string, Accusation>();
  const members = new Map<string, Accusation>();
  const convicted = (verdict: Verdict): boolean =>
    isAccused(verdict) && (band === "likely" || verdict.band === band);
  for (const client of scrapers.clients.filter(convicted)) {
    clients.set(keyOf(client.client_ip, client.user_agent), { reason: inWords(client) });
    suspects.add(client.client_ip);
  }
  for (const group of scrapers.groups.filter(convicted)) {
    const { kind, value } = group;
    const accusation = { reason: inWords(group) };
    if (kind === "address" && value !== null) addresses.set(value, accusation);
    else if (kind === "subnet" && value !== null)
      subnets.set(value, { ...accusation, subnet: true });
    else if (kind === "user_agent" && value !== null) agents.set(value, accusation);
    else if (kind === "session" || kind === "search") {
      for (const { client_ip: ip } of group.members) members.set(ip, accusation);
    }
  }
  for (const { client_ip: ip, kind, peak, step } of floods.floods) {
    const unit = step === 60 ? "a minute" : "an hour";
    addresses.set(ip, { reason: `${kind} flood: up to ${integer(peak)} requests ${unit}` });
  }
  const named: readonly (readonly [column: string, names: Iterable<string>])[] = [
    ["client_ip", new Set([...suspects, ...addresses.keys(), ...members.keys()])],
    ["client_net", subnets.keys()],
    ["user_agent", agents.keys()],
  ];
  return { of: accusationOf, where: amongSql(dialect, named) };

  function accusationOf(client: Client): Accusation | undefined {
    const { address, agent } = client;
    const own = clients.get(keyOf(address, agent)) ?? addresses.get(address);
    if (own !== undefined) return own;
    // What says that it is an automaton, or looks like a person, is no part of what its neighbours do.
    if ((agent !== null && nameOf(agent) !== undefined) || looks(client) === true) return undefined;
    const together = agent === null ? undefined : agents.get(agent);
    return subnets.get(networkOf(address) ?? "") ?? members.get(address) ?? together;
  }
}

/** Rows that have one of the names. */
function amongSql(
  { literal }: Dialect,
  named: readonly (readonly [column: string, names: Iterable<string>])[],
): string {
  const lists = named.map(([column, names]) => [column, [...names]] as const);
  if (lists.reduce((sum, [, names]) => sum + names.length, 0) > MOST_NAMES) return "TRUE";
  const tests = lists
    .filter(([, names]) => names.length > 0)
    .map(([column, names]) => `coalesce(${column} IN (${names.map(literal).join(", ")}), FALSE)`);
  return tests.length === 0 ? "FALSE" : `(${tests.join(" OR ")})`;
}

/** Class, band, and what weighs most against it. */
function inWords(verdict: Verdict): string {
  const { class: kind, band, evidence } = verdict;
  const [heaviest] = evidence.toSorted((a, b) => b.points - a.points);
  const why = heaviest === undefined ? "" : `: ${heaviest.sentence}`;
  return `${kind.replaceAll("-", " ")} (${band satisfies Band})${why}`;
}
