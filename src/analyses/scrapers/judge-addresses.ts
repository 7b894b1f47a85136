import { integer } from "../../outputs/numbers.js";
import type { ManyAgents } from "./addresses.js";
import type { Closer } from "./closer.js";
import { bandOf, evidenceOf, scoreOf, worksThrough, type Evidence } from "./evidence.js";
import { isConvicted } from "./judge-clients.js";
import { parameters } from "./parameters.js";
import type { JudgedGroup, SharedAddress } from "./result.js";
import { hasAssets, type Site } from "./site.js";

/** Addresses with many User-Agents: people behind one address, or one automaton in many clothes. */
export interface Addresses {
  readonly shared: readonly SharedAddress[];
  readonly rotating: readonly JudgedGroup[];
}

/** Separates the two; an address that is neither for certain is in no list. */
export function judgeAddresses(
  found: readonly ManyAgents[],
  site: Site,
  closer: Closer,
): Addresses {
  const shared: SharedAddress[] = [];
  const rotating: JudgedGroup[] = [];
  for (const address of found) {
    if (isShared(address)) shared.push(sharedAddress(address));
    else {
      const group = rotates(address, site, closer);
      if (group !== undefined) rotating.push(group);
    }
  }
  return { shared, rotating };
}

function isShared({ browsers, judged }: ManyAgents): boolean {
  const { people, share } = parameters.shared;
  return browsers >= people && browsers / judged >= share;
}

function sharedAddress(address: ManyAgents): SharedAddress {
  const { client_ip, user_agents: agents, browsers, judged, sessions, traffic } = address;
  const evidence: Evidence[] = [
    {
      signal: "S1",
      points: 0,
      sentence:
        `${integer(browsers)} of the ${integer(judged)} User-Agents behind it with enough requests load ` +
        "pages as browsers do: a proxy, an office or a mobile network, with people behind it",
    },
  ];
  if (sessions > 1) {
    const text = `${integer(sessions)} different sessions came from it`;
    evidence.push({ signal: "S2", points: 0, sentence: text });
  }
  return {
    client_ip,
    user_agents: agents,
    browsers,
    sessions,
    score: 0,
    class: "shared-address",
    band: "none",
    evidence,
    traffic,
  };
}

/** Only where browsers would load assets can one see that nobody behind the address is one. */
function rotates(address: ManyAgents, site: Site, closer: Closer): JudgedGroup | undefined {
  const { rotatingAgents, rotatingShare, rotatingScore } = parameters.shared;
  const { client_ip, user_agents: agents, browsers, judged, traffic } = address;
  if (!hasAssets(site) || agents < rotatingAgents) return undefined;
  if (browsers > rotatingShare * judged || traffic.distinct_pages < parameters.leastPages)
    return undefined;
  const found = evidenceOf({ traffic, pace: closer.address(client_ip) }, site);
  const band = bandOf(found);
  if (scoreOf(found) < rotatingScore || !worksThrough(found) || !isConvicted(band))
    return undefined;
  const sentence = `${integer(agents)} different User-Agents from this one address, and none loads pages as a browser does`;
  return {
    kind: "address",
    value: client_ip,
    addresses: 1,
    user_agents: agents,
    score: scoreOf(found),
    class: "rotating-user-agent",
    band,
    evidence: [{ signal: "U1", points: 0, sentence }, ...found],
    traffic,
    coverage: null,
    hours_to_completion: null,
    members: [{ client_ip, requests: traffic.requests, proven: true }],
  };
}
