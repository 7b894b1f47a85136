import { describe, expect, test } from "vitest";
import { createStyle, plain, wantsColor, type ColorFlag } from "../../src/outputs/color.js";

describe("wantsColor", () => {
  const cases: [flag: ColorFlag, env: Record<string, string>, isTTY: boolean, wants: boolean][] = [
    ["auto", {}, true, true],
    ["auto", {}, false, false],
    ["auto", { TERM: "dumb" }, true, false],
    ["auto", { NO_COLOR: "1" }, true, false],
    ["auto", { NO_COLOR: "0" }, true, false],
    ["auto", { NO_COLOR: "" }, true, true],
    ["auto", { FORCE_COLOR: "1" }, false, true],
    ["auto", { FORCE_COLOR: "" }, false, true],
    ["auto", { FORCE_COLOR: "0" }, true, false],
    ["auto", { FORCE_COLOR: "false" }, true, false],
    ["auto", { FORCE_COLOR: "3", TERM: "dumb" }, false, true],
    ["auto", { NO_COLOR: "1", FORCE_COLOR: "1" }, true, false],
    ["always", { NO_COLOR: "1", TERM: "dumb" }, false, true],
    ["never", { FORCE_COLOR: "1" }, true, false],
  ];
  test.each(cases)("%s %j tty=%s → %s", (flag, env, isTTY, wants) => {
    expect(wantsColor({ flag, env, isTTY })).toBe(wants);
  });
});

test("styles colour whatever the surroundings, or not at all", () => {
  expect(createStyle(true).red("no")).toBe("\x1b[31mno\x1b[39m");
  expect(createStyle(true).bold(createStyle(true).dim("x"))).toContain("x");
  for (const [look, paint] of Object.entries(plain)) {
    if (typeof paint === "function") expect(paint("text"), look).toBe("text");
  }
  expect(plain.enabled).toBe(false);
});
