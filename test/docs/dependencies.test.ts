import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

interface Manifest {
  dependencies: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  devDependencies: Record<string, string>;
}

interface Locked {
  version: string;
  license: string;
  integrity?: string;
  resolved?: string;
  optionalDependencies?: Record<string, string>;
}

const manifest: Manifest = JSON.parse(readFileSync("package.json", "utf8"));
const lock: { packages: Record<string, Locked> } = JSON.parse(
  readFileSync("package-lock.json", "utf8"),
);
const installed = Object.entries(lock.packages).filter(([place]) => place !== "");

const licences = "0BSD Apache-2.0 BSD-3-Clause ISC MIT MIT-0 MPL-2.0 Unlicense".split(" ");

/** The first two cells of each table row: the package and its licence. */
function documented(): [name: string, licence: string][] {
  const rows = readFileSync("docs/dependencies.md", "utf8").matchAll(
    /^\| `([^`]+)` *\| ([^|]+?) *\|/gm,
  );
  return [...rows].map(([, name = "", licence = ""]) => [name, licence]);
}

test("every dependency has a row in docs/dependencies.md, with its licence", () => {
  const asked = Object.keys({
    ...manifest.dependencies,
    ...manifest.optionalDependencies,
    ...manifest.devDependencies,
  });
  const expected = asked.map((name) => [name, lock.packages[`node_modules/${name}`]?.license]);
  expect(Object.fromEntries(documented())).toEqual(Object.fromEntries(expected));
});

test("every licence in the lock file is one that Apache-2.0 can stand beside", () => {
  expect(installed.filter(([, { license }]) => !licences.includes(license))).toEqual([]);
});

test("the lock file pins every package by its hash and names no registry", () => {
  expect(installed.filter(([, { integrity, resolved }]) => !integrity || resolved)).toEqual([]);
});

test("the lock file holds the binaries of every platform", () => {
  const named = installed.flatMap(([, entry]) => Object.keys(entry.optionalDependencies ?? {}));
  expect(named.filter((name) => !(`node_modules/${name}` in lock.packages))).toEqual([]);
});
