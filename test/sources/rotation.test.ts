import * as fc from "../fast-check.js";
import { describe, expect, test } from "vitest";
import { inTimeOrder, rotationOf } from "../../src/sources/rotation.js";

const order = (names: readonly string[]): string[] => inTimeOrder(names, (name) => name);

/** Each list stands in the order in which it must come out. */
const sets: [name: string, ordered: string[]][] = [
  [
    "logrotate",
    ["access.log.10.gz", "access.log.3.gz", "access.log.2.gz", "access.log.1", "access.log"],
  ],
  ["logrotate, dateext", ["access.log-20261030.gz", "access.log-20261101.gz", "access.log"]],
  ["logrotate, hourly", ["access.log-2026110109.gz", "access.log-2026110110.gz", "access.log"]],
  ["logrotate, seconds", ["access.log-1762000000.gz", "access.log-1762041600.gz", "access.log"]],
  ["logrotate, date and seconds", ["a.log-20261101-1762000000", "a.log-20261101-1762000600"]],
  ["logrotate, extension", ["access.3.log.gz", "access.2.log", "access.1.log", "access.log"]],
  [
    "logrotate, extension and date",
    ["access-20261030.log.gz", "access-20261101.log", "access.log"],
  ],
  [
    "numbers, then dates",
    ["access.log.9.gz", "access.log.8.gz", "access.log-20261101.gz", "access.log"],
  ],
  ["rotatelogs", ["access_log.1761955200", "access_log.1762041600"]],
  ["Tomcat", ["localhost_access_log.2026-10-31.txt", "localhost_access_log.2026-11-01.txt"]],
  ["Tomcat, hourly", ["access_log.2026-11-01.09.log", "access_log.2026-11-01.10.log"]],
  [
    "logback",
    ["access.2026-11-01.0.log.gz", "access.2026-11-01.1.log.gz", "access.2026-11-02.0.log.gz"],
  ],
  ["a date first", ["2026-10-31.log", "2026-11-01.log"]],
  ["IIS", ["u_ex261031.log", "u_ex261101.log"]],
  ["IIS, hourly", ["u_ex26103123.log", "u_ex26110100.log"]],
  ["Squid", ["access.log.1.zst", "access.log.0.zst", "access.log"]],
];

describe("the members of a rotated set come out oldest first", () => {
  test.each(sets)("%s", (_name, ordered) => {
    expect(order(ordered.toReversed())).toEqual(ordered);
    expect(order(ordered.toSorted())).toEqual(ordered);
    const property = fc.property(
      fc.shuffledSubarray(ordered, { minLength: ordered.length }),
      (mixed) => {
        expect(order(mixed)).toEqual(ordered);
      },
    );
    fc.assert(property, { numRuns: 20 });
  });
});

describe("what is no set keeps its order", () => {
  const lists: [name: string, names: string[]][] = [
    ["two logs", ["b.log", "a.log"]],
    ["two folders", ["b/access.log", "a/access.log.1"]],
    ["two hosts", ["ssh://b/access.log", "ssh://a/access.log.1"]],
    ["S3 objects", ["2026-11-01-00-12-34-F00", "2026-11-01-00-10-00-BA4"]],
    ["version numbers", ["app-1.2-access.log", "app-1.1-access.log"]],
    ["numbers that are no dates", ["site-20261399.log", "site-20261301.log"]],
  ];
  test.each(lists)("%s", (_name, names) => {
    expect(order(names)).toEqual(names);
  });

  test("a set stands where its first member stood", () => {
    expect(order(["x.log", "access.log", "error.log", "access.log.1", "y.log"])).toEqual([
      "x.log",
      "access.log.1",
      "access.log",
      "error.log",
      "y.log",
    ]);
  });

  test("nothing is lost or added, and a second time changes nothing", () => {
    const part = fc.constantFrom(
      "access",
      ".log",
      ".1",
      ".22",
      "-20261101",
      ".2026-11-02",
      ".gz",
      "/",
    );
    const name = fc.array(part, { minLength: 1, maxLength: 5 }).map((parts) => parts.join(""));
    const property = fc.property(fc.array(name), (names) => {
      const once = order(names);
      expect(once.toSorted()).toEqual(names.toSorted());
      expect(order(once)).toEqual(once);
    });
    fc.assert(property);
  });
});

test("a name is read into its marks", () => {
  expect(rotationOf("/var/log/access.log.3.gz")).toEqual({
    base: "/var/log/access.log",
    uncompressed: "/var/log/access.log.3",
    number: 3,
  });
  expect(rotationOf("access.log-20261101T1312Z.zst")).toEqual({
    base: "access.log",
    uncompressed: "access.log-20261101T1312Z",
    date: "20261101131200",
  });
  expect(rotationOf("access_log.1762041600").date).toBe("20251102000000");
});
