import { duration, integer, percent } from "../../outputs/numbers.js";
import { expectedPages, type Popularity } from "./coverage.js";
import { parameters } from "./parameters.js";
import { hasAssets, hasReferrers, type Site } from "./site.js";
import type { Pace } from "./steps.js";
import type { Traffic } from "./traffic.js";

/**
 * One observation, for (points above 0) or against (below). The first letter of the signal is its
 * kind: A assets, R referrers, T tell-tale requests, V times, B breadth, Q order.
 */
export interface Evidence {
  readonly signal: string;
  readonly points: number;
  readonly sentence: string;
}

export type Band = "none" | "watch" | "likely" | "strong";

/** What is known of a client, an address or a group. */
export interface Subject {
  readonly traffic: Traffic;
  readonly hours?: number;
  readonly tail?: number | undefined;
  readonly pace?: Pace | undefined;
  /** How often it asked for each page, where that is known. */
  readonly popularity?: Popularity | undefined;
}

/** Every signal whose gate is open, strongest first. */
export function evidenceOf(subject: Subject, site: Site): Evidence[] {
  const found = [
    assets(subject.traffic, site),
    icon(subject.traffic, site),
    referrers(subject.traffic, site),
    robots(subject.traffic),
    heads(subject.traffic),
    probing(subject.traffic),
    hours(subject),
    speed(subject),
    regularity(subject),
    breadth(subject.traffic),
    tail(subject),
    coverage(subject, site),
    sequence(subject),
  ];
  return found
    .filter((one) => one !== undefined)
    .toSorted((a, b) => Math.abs(b.points) - Math.abs(a.points));
}

export const scoreOf = (evidence: readonly Evidence[]): number =>
  evidence.reduce((sum, { points }) => sum + points, 0);

/** The kinds of evidence for; one kind alone convicts nobody. */
export const kindsOf = (evidence: readonly Evidence[]): number =>
  new Set(evidence.filter(({ points }) => points > 0).map(({ signal }) => signal[0])).size;

/**
 * Whether it is seen to work through the site: by breadth, coverage or order. Pages that nobody else
 * reads are no sign of it, as an app has URLs of its own.
 */
export const worksThrough = (evidence: readonly Evidence[]): boolean =>
  evidence.some(({ signal, points }) => points > 0 && /^(?:B1|B3|Q1)$/.test(signal));

/** How sure the evidence makes: `likely` and `strong` need two kinds of it. */
export function bandOf(evidence: readonly Evidence[]): Band {
  const score = scoreOf(evidence);
  const { watch, likely, strong } = parameters.bands;
  if (score < watch) return "none";
  if (score < likely || kindsOf(evidence) < parameters.leastKinds) return "watch";
  return score < strong ? "likely" : "strong";
}

const evidence = (signal: string, points: number, sentence: string): Evidence => ({
  signal,
  points,
  sentence,
});

function assets({ requests, assets: loaded, pages }: Traffic, site: Site): Evidence | undefined {
  if (requests < parameters.leastRequests || !hasAssets(site)) return undefined;
  const { none, few, fewBelow, some, someBelow, many, manyAbove } = parameters.assets;
  const here = `here ${percent(site.asset_share)} of all requests are for those`;
  if (loaded === 0) {
    return evidence(
      "A1",
      none,
      `asked for ${integer(pages)} pages and not one image, style or script; ${here}`,
    );
  }
  const share = (loaded + 1) / (requests + 2);
  const text = `${integer(loaded)} of its ${integer(requests)} requests are for images, styles and scripts`;
  if (share < fewBelow) return evidence("A2", few, `only ${text}; ${here}`);
  if (share < someBelow) return evidence("A2", some, `only ${text}; ${here}`);
  // Images alone, without a page that shows them, are not what a browser asks for.
  return share > manyAbove && pages > 0
    ? evidence("A2", many, `${text}, as a browser's are`)
    : undefined;
}

function icon({ icons, pages }: Traffic, site: Site): Evidence | undefined {
  const { points, pages: least } = parameters.icon;
  if (icons > 0 || pages < least || !hasAssets(site)) return undefined;
  return evidence("A3", points, "never asked for the site's icon");
}

function referrers({ unreferred, pages }: Traffic, site: Site): Evidence | undefined {
  const { pages: least, none, noneFrom, few, fewFrom, many, manyTo } = parameters.referrer;
  if (pages < least || !hasReferrers(site)) return undefined;
  const share = unreferred / pages;
  const text = `${integer(unreferred)} of ${integer(pages)} pages were asked for without coming from anywhere`;
  if (share >= noneFrom) return evidence("R1", none, text);
  if (share >= fewFrom) return evidence("R1", few, text);
  if (share > manyTo) return undefined;
  const follows = `${integer(pages - unreferred)} of ${integer(pages)} pages came with a referrer`;
  return evidence("R1", many, follows);
}

function robots({ robots: asked, sitemaps }: Traffic): Evidence | undefined {
  if (asked > 0) return evidence("T1", parameters.robots, "read robots.txt");
  return sitemaps > 0 ? evidence("T1", parameters.sitemap, "read the sitemap") : undefined;
}

function heads({ heads: count, requests }: Traffic): Evidence | undefined {
  const { points, least, share } = parameters.heads;
  if (count < least || count / requests < share) return undefined;
  return evidence("T2", points, `${integer(count)} of ${integer(requests)} requests are HEAD`);
}

/** Whether most of what it looks for is not there. */
export const probes = ({ missing, requests }: Traffic): boolean =>
  missing >= parameters.probing.least && missing / requests >= parameters.probing.share;

function probing(traffic: Traffic): Evidence | undefined {
  if (!probes(traffic)) return undefined;
  const { missing, requests } = traffic;
  return evidence(
    "T3",
    parameters.probing.points,
    `${integer(missing)} of ${integer(requests)} requests were refused or for what does not exist`,
  );
}

const DAY = 86_400_000;

function hours({ traffic, hours: active }: Subject): Evidence | undefined {
  const { pages, days, many, manyFrom, some, someFrom } = parameters.hours;
  const span = traffic.last_seen.getTime() - traffic.first_seen.getTime();
  if (active === undefined || traffic.pages < pages || span < days * DAY) return undefined;
  const text = `active in ${active} of the day's 24 hours`;
  if (active >= manyFrom) return evidence("V1", many, `${text}, nights included`);
  return active >= someFrom ? evidence("V1", some, text) : undefined;
}

function speed({ pace, traffic }: Subject): Evidence | undefined {
  const { points, pages } = parameters.pace;
  if (pace === undefined || traffic.pages < pages || pace.peak < pages) return undefined;
  return evidence("V2", points, `${integer(pace.peak)} different pages in one minute`);
}

function regularity({ pace }: Subject): Evidence | undefined {
  const { points, spread, leastSeconds } = parameters.regular;
  const gaps = pace?.gaps;
  if (gaps === undefined || gaps.median < leastSeconds) return undefined;
  if (gaps.middle / gaps.median >= spread) return undefined;
  const every = duration(gaps.median * 1000);
  const how =
    gaps.middle === 0
      ? "at least half of them exactly"
      : `half of them within ${duration(gaps.middle * 1000)} of each other`;
  return evidence("V3", points, `a page every ${every}, ${how}`);
}

function breadth({ distinct_pages: distinct, pages }: Traffic): Evidence | undefined {
  const { points, pages: least, share } = parameters.breadth;
  if (pages < least || distinct < share * pages) return undefined;
  return evidence(
    "B1",
    points,
    `${integer(distinct)} different pages in ${integer(pages)} page requests`,
  );
}

function tail({ tail: share }: Subject): Evidence | undefined {
  const { points, share: least } = parameters.tail;
  if (share === undefined || share < least) return undefined;
  return evidence(
    "B2",
    points,
    `${percent(share)} of its page requests were for pages that almost nobody else read`,
  );
}

/** Different pages that a number of its requests touch, and that as many ordinary ones touch. */
export interface Coverage {
  readonly requests: number;
  readonly pages: number;
  readonly expected: number;
}

/**
 * How widely it asks, against the same number of ordinary requests. Where it asked for more than can be
 * compared, a part of its requests is: by its own rarefaction, or by D(k') ≥ D(k) · k' / k, as every
 * rarefaction is concave.
 */
export function coverageOf({ traffic, popularity }: Subject, site: Site): Coverage | undefined {
  const { pages: asked, distinct_pages: distinct } = traffic;
  if (asked < parameters.coverage.pages || site.comparable === 0) return undefined;
  const requests = Math.min(asked, site.comparable);
  const touched =
    requests === asked
      ? distinct
      : popularity === undefined
        ? (distinct * requests) / asked
        : expectedPages(popularity, requests);
  return { requests, pages: touched, expected: site.expected(requests) };
}

function coverage(subject: Subject, site: Site): Evidence | undefined {
  const found = coverageOf(subject, site);
  if (found === undefined) return undefined;
  const { high, highPoints, some, somePoints, manyPages } = parameters.coverage;
  const { requests, pages, expected } = found;
  const ratio = pages / expected;
  if (ratio < some || (ratio < high && requests < manyPages)) return undefined;
  const part = requests < subject.traffic.pages ? " of its" : "";
  return evidence(
    "B3",
    ratio >= high ? highPoints : somePoints,
    `${integer(requests)}${part} requests touched ${integer(pages)} different pages; as many ordinary ` +
      `ones touch about ${integer(expected)}`,
  );
}

function sequence({ pace }: Subject): Evidence | undefined {
  const found = pace?.sequence;
  if (found === undefined || found.share < parameters.sequence.share) return undefined;
  const { pattern, first, last, step, run } = found;
  const numbers = [first, first + step, first + 2 * step].map(String).join(", ");
  return evidence(
    "Q1",
    parameters.sequence.points,
    `asked for ${pattern} with # = ${numbers} … ${last} in order, ${integer(run)} in one run`,
  );
}
