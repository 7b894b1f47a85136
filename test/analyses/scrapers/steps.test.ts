import { describe, expect, test } from "vitest";
import { paceOf } from "../../../src/analyses/scrapers/steps.js";

const steps = (urls: readonly string[], every = 10) =>
  urls.map((url, at) => ({ seconds: at * every, url }));
const upTo = (count: number, url: (at: number) => string): string[] =>
  Array.from({ length: count }, (_, at) => url(at));

describe("sequences", () => {
  test.each([
    [
      "pages of a list",
      upTo(20, (at) => `/list?page=${at + 1}`),
      { pattern: "/list?page=#", run: 20, step: 1 },
    ],
    [
      "item numbers",
      upTo(12, (at) => `/item/${1001 + at}`),
      { pattern: "/item/#", run: 12, first: 1001 },
    ],
    [
      "backwards by tens",
      upTo(15, (at) => `/a/${500 - at * 10}/b`),
      { pattern: "/a/#/b", step: -10 },
    ],
    [
      "the second number",
      upTo(15, (at) => `/v2/x/${at}.html`),
      { pattern: "/v2/x/#.html", run: 15 },
    ],
    [
      "two lists in turns",
      upTo(30, (at) => (at % 2 === 0 ? `/a/${at / 2}` : `/b/${(at - 1) / 2}`)),
      { run: 15 },
    ],
  ])("%s", (_, urls, expected) => {
    expect(paceOf(steps(urls)).sequence).toMatchObject(expected);
  });

  test.each([
    ["too short a run", upTo(9, (at) => `/list?page=${at + 1}`)],
    ["numbers without order", upTo(40, (at) => `/item/${(at * at * 37) % 1009}`)],
    ["one page again and again", upTo(40, () => "/item/7")],
    ["no numbers", upTo(40, (at) => `/item/${"abcdefgh"[at % 8] ?? ""}`)],
  ])("none in %s", (_, urls) => {
    expect(paceOf(steps(urls)).sequence).toBeUndefined();
  });

  test("within one second the number decides the order", () => {
    const urls = upTo(12, (at) => `/p/${12 - at}`);
    expect(paceOf(steps(urls, 0)).sequence).toMatchObject({ run: 12, step: 1 });
  });
});

test("the most different pages within a minute", () => {
  const urls = upTo(50, (at) => `/p/${at}`);
  expect(paceOf(steps(urls, 2)).peak).toBe(30);
  expect(paceOf(steps(upTo(50, () => "/same"))).peak).toBe(1);
});

test("gaps and how much they vary", () => {
  expect(paceOf(steps(upTo(30, String), 60)).gaps).toEqual({ count: 29, median: 60, middle: 0 });
  expect(paceOf(steps(upTo(20, String))).gaps).toBeUndefined();
});
