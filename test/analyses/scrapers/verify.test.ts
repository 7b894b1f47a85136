import { describe, expect, test } from "vitest";
import { checkDns, checkRanges, type Lookup } from "../../../src/analyses/scrapers/verify.js";

const GOOGLEBOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)";

/** A DNS in which these names lead to these addresses, and back. */
function dns(names: Record<string, readonly string[]>, back: Record<string, readonly string[]>) {
  const answer = (from: Record<string, readonly string[]>, key: string) => {
    const found = from[key];
    return found === undefined
      ? Promise.reject(Object.assign(new Error(key), { code: "ENOTFOUND" }))
      : Promise.resolve(found);
  };
  const lookup: Lookup = {
    reverse: (address) => answer(back, address),
    addresses: (host) => answer(names, host),
  };
  return lookup;
}

const crawl = "crawl-192-0-2-7.googlebot.com";

describe("reverse DNS", () => {
  test.each([
    ["confirmed", dns({ [crawl]: ["192.0.2.7"] }, { "192.0.2.7": [crawl] }), "verified"],
    ["leads elsewhere", dns({ [crawl]: ["192.0.2.9"] }, { "192.0.2.7": [crawl] }), "failed"],
    ["leads nowhere", dns({}, { "192.0.2.7": [crawl] }), "failed"],
    ["of somebody else", dns({}, { "192.0.2.7": ["a.example"] }), "failed"],
    ["only looks like it", dns({}, { "192.0.2.7": ["evilgooglebot.com"] }), "failed"],
    ["has no name", dns({}, {}), "failed"],
  ])("%s", async (_, lookup, verification) => {
    expect(await checkDns(lookup, GOOGLEBOT, "192.0.2.7")).toMatchObject({ verification });
  });

  test("no answer proves nothing", async () => {
    const fails = (): Promise<never> =>
      Promise.reject(Object.assign(new Error("timeout"), { code: "ETIMEOUT" }));
    const lookup = { reverse: fails, addresses: fails };
    expect(await checkDns(lookup, GOOGLEBOT, "192.0.2.7")).toMatchObject({
      verification: "unverifiable",
    });
  });

  test("a crawler without a documented domain is not asked about", async () => {
    expect(await checkDns(dns({}, {}), "SomeBot/1.0", "192.0.2.7")).toBeUndefined();
  });
});

test.each([
  ["2001:db8:1::7", "verified"],
  ["2001:db8:2::7", "failed"],
  ["192.0.2.255", "verified"],
  ["192.0.3.0", "failed"],
  ["crawler.example", "failed"],
])("published addresses of both kinds: %s is %s", (address, verification) => {
  const blocks = ["192.0.2.77/24", "2001:db8:1::/48"];
  const ranges = [{ crawler: "googlebot", created: "2026-11-01", blocks }];
  const seen = new Date("2026-11-02T00:00:00Z");
  expect(checkRanges(ranges, GOOGLEBOT, address, seen)).toMatchObject({ verification });
});

test.each([
  ["192.0.2.7", "verified"],
  ["203.0.113.1", "failed"],
  // The list has no IPv6 addresses, so it cannot refute one.
  ["2001:db8::1", "unverifiable"],
])("published addresses: %s is %s", (address, verification) => {
  const ranges = [{ crawler: "googlebot", created: "2026-11-01", blocks: ["192.0.2.0/24"] }];
  const seen = new Date("2026-11-02T00:00:00Z");
  expect(checkRanges(ranges, GOOGLEBOT, address, seen)).toMatchObject({ verification });
  expect(checkRanges(ranges, "SomeBot/1.0", address, seen)).toBeUndefined();
});
