/**
 * Every threshold of `scrapers`, one set for all logs. Points are capped evidence, as rounded log-odds;
 * they were set by hand on one site's log and never fitted (docs/scrapers.md, docs/quality.md).
 */
export const parameters = {
  /** Fewer requests than this are too little to say anything about a client. */
  leastRequests: 5,
  /** Fewer different pages than this are not scraping: a phone may poll one page all day. */
  leastPages: 3,
  /** Clients looked at, those with most pages first. */
  mostClients: 50_000,
  /** Addresses whose pages are read one by one, for order, pace and regularity. */
  mostClose: 300,
  /** Page requests read of each of them. */
  mostSteps: 1000,

  /** Below this the site's images and styles are elsewhere, and their absence says nothing. */
  siteAssets: 0.3,
  /** Below this the log or the site has no referrers, and their absence says nothing. */
  siteReferrers: 0.1,

  /** A: images, styles, scripts. */
  assets: {
    none: 2,
    few: 1.5,
    fewBelow: 0.15,
    some: 0.5,
    someBelow: 0.3,
    many: -2,
    manyAbove: 0.5,
  },
  /** A3: Shy Guys 2026, whether the icon was ever asked for. */
  icon: { points: 0.5, pages: 10 },
  /** R: Tan and Kumar 2002. */
  referrer: {
    pages: 3,
    none: 1.5,
    noneFrom: 0.95,
    few: 0.75,
    fewFrom: 0.8,
    many: -1.5,
    manyTo: 0.5,
  },
  /** T: files and methods that people do not ask for. */
  robots: 3,
  sitemap: 2,
  heads: { points: 1.5, least: 3, share: 0.5 },
  /** CrowdSec's http-probing counts ten distinct missing pages. */
  probing: { points: 1.5, least: 5, share: 0.3 },
  /** V1: hours of the day with requests. */
  hours: { pages: 24, days: 1, many: 2, manyFrom: 16, some: 1, someFrom: 10 },
  /** V2: CrowdSec's http-crawl-non_statics counts 40 distinct pages with a leak. */
  pace: { points: 1.5, pages: 30, seconds: 60 },
  /** V3: the middle half of the gaps, as a part of the median. */
  regular: { points: 1.5, gaps: 20, spread: 0.3, leastSeconds: 2 },
  /** B1. */
  breadth: { points: 1.5, pages: 30, share: 0.9 },
  /** B2: Ro et al. 2018, the unpopular tail. */
  tail: { points: 1, pages: 10, share: 0.6, others: 2 },
  /** B3: coverage surprise. */
  coverage: {
    pages: 15,
    high: 1.5,
    highPoints: 1.5,
    manyPages: 50,
    some: 1.25,
    somePoints: 0.75,
    /** Ordinary page requests needed to compare with. */
    ordinary: 500,
  },
  /** Q1. */
  sequence: { points: 3, run: 10, share: 0.5, mostStep: 100 },
  poller: { requests: 20, pages: 3 },

  bands: { watch: 1.5, likely: 3, strong: 5 },
  /** Kinds of evidence (A, R, T, V, B, Q) without which nobody is more than watched. */
  leastKinds: 2,

  /** Addresses with several User-Agents. */
  shared: {
    agents: 3,
    /** Sub-clients with as many requests are judged. */
    requests: 3,
    /** A sub-client is like a browser when so much of it is assets. */
    browserAssets: 0.4,
    people: 5,
    share: 0.6,
    rotatingAgents: 4,
    rotatingShare: 0.1,
    rotatingScore: 3,
  },
  groups: {
    addresses: 5,
    pages: 15,
    score: 2,
    /** With more than this from one address, it is that address and not the group. */
    dominance: 0.5,
    /** A User-Agent more frequent than this is an app or a browser, whatever its users do. */
    agentShare: 0.02,
    most: 2000,
    /** Groups and members that are shown with their names. */
    named: 20,
    members: 50,
  },
  /** The residual pool: ordinary ones reach 0.8 of the expected coverage, so 1.25 is far out. */
  pool: { addresses: 50, pages: 100 },
  /** Above this from one address, the log may lack the clients' own addresses. */
  balancer: 0.5,
  /** Addresses checked in the DNS. */
  mostChecked: 200,
} as const;
