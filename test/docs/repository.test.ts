import { readFileSync } from "node:fs";
import { globSync } from "tinyglobby";
import { expect, test } from "vitest";

const ignored = readFileSync(".gitignore", "utf8")
  .split("\n")
  .filter((line) => line !== "" && !line.startsWith("#"))
  .map((line) => `**/${line}${line.endsWith("/") ? "**" : ""}`);

/** Logs keep what their writers wrote. */
const logs = ["test/cases/**", "examples/**"];

const files = globSync("**", { dot: true, ignore: [".git/**", ...ignored, ...logs] });

test.each([
  { what: "a path of one machine", pattern: /(?<![\w.~])\/(?:home\/\w+|root|work)\// },
  {
    what: "a package registry's host",
    pattern:
      /registry\.(?:npmjs|yarnpkg)|npmjs\.(?:com|org)|(?:deb|security)\.debian\.org|pypi\.org|crates\.io|proxy\.golang\.org|repo1?\.maven/,
  },
])("no file names $what", ({ pattern }) => {
  const named = files.flatMap((file) =>
    readFileSync(file, "utf8")
      .split("\n")
      .flatMap((line, index) =>
        pattern.test(line) ? [`${file}:${index + 1}: ${line.trim()}`] : [],
      ),
  );
  expect(named).toEqual([]);
});
