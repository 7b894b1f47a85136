import * as fc from "../../fast-check.js";
import { describe, expect, test } from "vitest";
import { parseBlock } from "../../../src/analyses/blockplan/blocks.js";
import { written, type BlockList } from "../../../src/outputs/blocklists/blocklist.js";
import { plainReason } from "../../../src/outputs/blocklists/reason.js";
import { blockTarget, blockTargets } from "../../../src/outputs/blocklists/registry.js";
import { cidrs, hostile, list, listed } from "./lists.js";

const many = (count: number): BlockList => ({
  ...list(),
  entries: Array.from({ length: count }, (_, at) =>
    listed(`10.${(at >> 16) & 255}.${(at >> 8) & 255}.${at & 255}`),
  ),
});

/** What every target keeps to. */
describe.each(blockTargets)("$name", (target) => {
  test("holds every entry, and the same input gives the same bytes", () => {
    const text = written(target, list());
    for (const cidr of cidrs) expect(text).toContain(cidr);
    expect(written(target, list())).toBe(text);
  });

  test("gives hostile reasons no line and no character of their own", () => {
    const text = written(
      target,
      list((at) => hostile[at % hostile.length] ?? ""),
    );
    expect(text.split("\n").length).toBe(written(target, list()).split("\n").length);
    for (const reason of hostile) {
      const own = written(
        target,
        list(() => reason),
      );
      expect(own).not.toMatch(/[^\n -~]/);
      const marks = /[^\w\s.,:;/+=()@-]/g;
      expect(own.match(marks)?.join("")).toBe(written(target, list()).match(marks)?.join(""));
    }
  });

  test("says how long it is to hold, with a date where its beginning is known", () => {
    const until = new Date("2026-11-06T10:00:00Z");
    const text = written(target, { ...list(), until });
    if (/^(?:crowdsec|s3)/.test(target.name)) expect(text).toMatch(/3600s|2026-11-06T10:00:00Z/);
    else expect(text).toContain("until 2026-11-06T10:00:00Z");
  });

  test("has an undo that blocks nobody", () => {
    const undo = written(target, list(), true);
    expect(undo).not.toBe("");
    expect(undo).not.toMatch(/^\s*(?:deny |Require not|acl |add |http_access)/m);
  });

  test("refuses what would be everybody", () => {
    for (const cidr of ["0.0.0.0/0", "::/0"]) {
      expect(() => written(target, { ...list(), entries: [listed(cidr)] })).toThrow(
        /nothing that can be blocked/,
      );
    }
  });

  test("writes a list without entries", () => {
    expect(written(target, { ...list(), entries: [] })).not.toContain("deny culprit_blocked");
  });
});

describe("limits", () => {
  test.each([
    { name: "aws-waf", fits: 10_000, exceeds: 10_001, why: "10,001 entries of IPv4" },
    { name: "s3-policy", fits: 700, exceeds: 1_000, why: "KiB" },
  ])("$name takes $fits entries and refuses $exceeds", ({ name, fits, exceeds, why }) => {
    const target = blockTarget(name);
    expect(written(target, many(fits))).toContain("10.0.0.7/32");
    expect(() => written(target, many(exceeds))).toThrow(
      expect.objectContaining({
        code: "block-list-too-long",
        why: expect.stringContaining(why) as string,
      }),
    );
  });

  test("a policy needs its bucket", () => {
    const { entries, seconds } = list();
    expect(() => written(blockTarget("s3-policy"), { entries, seconds })).toThrow(/bucket/);
  });

  test("an unknown target is told with what there is", () => {
    expect(() => blockTarget("ngnix")).toThrow(
      expect.objectContaining({ help: expect.stringContaining("Did you mean nginx?") as string }),
    );
  });
});

test("a reason is inert and short, whatever it was", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom(...hostile)), (text) => {
      const plain = plainReason(text);
      expect(plain).toMatch(/^[A-Za-z0-9 .,:;/+=_()@-]{0,110}$/);
      expect(plain).not.toMatch(/--|\/\//);
    }),
  );
});

describe("a block of addresses", () => {
  test.each([
    ["203.0.113.7", "203.0.113.7/32"],
    ["203.0.113.7/24", "203.0.113.0/24"],
    ["::ffff:203.0.113.7", "203.0.113.7/32"],
    ["::ffff:203.0.113.7/120", "203.0.113.0/24"],
    ["2001:DB8:0:0::1/64", "2001:db8::/64"],
  ])("%s is %s", (text, expected) => {
    const block = parseBlock(text);
    expect(
      block &&
        written(blockTarget("crowdsec-json"), { entries: [{ block, reason: "" }], seconds: 1 }),
    ).toContain(expected.replace(/\/32$/, ""));
  });

  test.each([
    "",
    "x",
    "010.0.0.1",
    "1.2.3",
    "1.2.3.4/33",
    "fe80::1%eth0",
    "::/129",
    "1.2.3.4/-1",
    "::ffff:1.2.3.4/64",
  ])("%s is none", (text) => expect(parseBlock(text)).toBeUndefined());
});

test("ipset says that it holds entries for less than was asked", () => {
  const long = written(blockTarget("ipset"), { ...list(), seconds: 60 * 86_400 });
  expect(long).toContain("ipset holds none longer");
  expect(written(blockTarget("ipset"), list())).not.toContain("none longer");
});
