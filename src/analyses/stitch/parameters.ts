/**
 * Everything in stitching that is a choice. Where no source is named, the value was set on synthetic
 * pairs of logs and confirmed on real Squid in front of real Apache (eval/stitch.eval.mjs).
 */
export const stitchParameters = {
  /** Formats whose time is the end of the request; the others log its start. Sources: their manuals. */
  loggedAtEnd: [
    "squid",
    "squid-httpd",
    "nginx",
    "alb",
    "cloudfront",
    "tomcat",
    "caddy",
    "iis",
    "w3c",
  ] as readonly string[],
  /** Hierarchy codes of Squid for "no server was asked". */
  notForwarded: ["HIER_NONE", "NONE"] as readonly string[],
  /**
   * Cache results that mean that the server behind was asked, in the words of Squid, nginx, Varnish,
   * CloudFront and Cloudflare. A word of its own: `TCP_CLIENT_REFRESH_MISS`, `RefreshHit`, `EXPIRED`.
   */
  forwarded:
    "(?i)(^|_)(miss|pass|pipe|bypass|expired|revalidated|dynamic|error|tunnel)(_|$)|refresh|swapfail",
  /** Rows logged without a length of time began at most so much before their end, seconds. */
  unknownDuration: 10,
  /** Pairs of lines whose URL is in each log only once, from which the clocks are compared. */
  clockSamples: 200_000,
  /** Where such URLs are too few, pairs of the rarest URLs, all with all. */
  clockPairs: 1_000_000,
  /** Fewest URLs that occur only once; below, the rarest URLs are taken. */
  fewUnique: 50,
  /** The offset is where most differences lie within so many seconds. */
  clockWindow: 2,
  /** … which must be so many, and such a part of all differences. */
  clockAgreeing: 3,
  clockShare: 0.2,
  /** Slices of time with an offset of their own: at most so many, of at least so many samples. */
  slices: 288,
  sliceSamples: 50,
  /** Seconds by which the offset may move from one slice to the next. */
  sliceStep: 30,
  /** Milliseconds, and standard errors: slices that differ by less are one clock. */
  sameClock: 50,
  sameErrors: 4,
  /** Cells of time in which the offset is taken for constant: at most so many, seconds at least. */
  cells: 4096,
  cellSeconds: 1,
  /** The tolerance around the offset, seconds: a multiple of what 99.5 % of pairs differ by. */
  toleranceTimes: 2,
  toleranceQuantile: 0.995,
  leastTolerance: 0.25,
  mostTolerance: 5,
  /** Without an estimate. */
  unknownTolerance: 2,
  /** The back's lines are in the order of their ends when half of them differ by less, milliseconds. */
  inOrder: 50,
  /** … and a line lies between two known ends at most so far apart, seconds. */
  knownEnds: 2,
  /** An address is one of the front's own from this part of the pairs on … */
  ownAddress: 0.01,
  /** … and addresses count when they explain this part of the pairs. */
  sameAddresses: 0.98,
  /** Part of the front's lines whose host the back must know for hosts to count. */
  sameHosts: 0.9,
  /** Costs, as logarithms of how much less likely a pair is. */
  timeCost: 4,
  /** How far starts and ends of a pair usually differ, milliseconds; front's durations are rounded. */
  startWidth: 50,
  endWidth: 2,
  rounding: 1.5,
  statusCost: 3,
  sizeCost: 3,
  agentCost: 4,
  addressCost: 8,
  unmatchedCost: 16,
  /** A pair is ambiguous when an exchange of partners would cost less than this more. */
  ambiguousBelow: 1,
  /** An exchange of partners against the order of the lines must gain so much. */
  orderCost: 4,
  exchangeRounds: 8,
  /** A line is compared with so many neighbours in time. */
  neighbours: 24,
  /** … looking at no more than so many. */
  tried: 200,
  /** Lines of one URL held at a time. */
  heldLines: 50_000,
  /** A path whose queries are ever new: requests behind, and part of its queries seen only once. */
  bustingRequests: 50,
  bustingNew: 0.9,
} as const;
