import { expect, test } from "vitest";
import { readConfig } from "../../src/cli/config/read.js";
import { jsonSchema } from "../../src/cli/config/schema.js";
import { Problem } from "../../src/problems/problem.js";

const fault = (text: string): Problem => {
  try {
    readConfig(text, "culprit.yaml");
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  throw new Error("nothing was refused");
};

test.each([
  ["", {}],
  ["env_file: .env\n", { env_file: ".env" }],
  ["env_file: [.env, secrets.env]\n", { env_file: [".env", "secrets.env"] }],
  ["store: logs\n", { store: "logs" }],
  [
    "store: /srv/logs\nbuckets:\n  - url: s3://logs/prefix/\n    region: eu-west-1\n",
    { store: "/srv/logs", buckets: [{ url: "s3://logs/prefix/", region: "eu-west-1" }] },
  ],
])("reads %j", (text, config) => {
  expect(readConfig(text, "culprit.yaml")).toEqual(config);
});

test.each([
  ["env_file: 5\n", "culprit.yaml:1:1", "env_file", "config schema"],
  ["stor: logs\n", "culprit.yaml:1:1", "stor is no setting", "Did you mean store?"],
  [
    "store: logs\nbuckets:\n  - url: s3://a/\n    regoin: x\n",
    "culprit.yaml:4:5",
    "regoin is no setting of buckets.0",
    "Did you mean region?",
  ],
  ["store: 5\n", "culprit.yaml:1:1", "store", "config schema"],
  ["buckets:\n  - url: http://x\n", "culprit.yaml:2:5", "s3://bucket/prefix", "config schema"],
  ["store: [\n", "culprit.yaml:2:1", "", "YAML"],
  ["- a\n", "culprit.yaml:1:1", "", "config schema"],
])("refuses %j", (text, where, why, help) => {
  const problem = fault(text);
  expect(problem.exit).toBe(2);
  expect(problem.where).toBe(where);
  expect(problem.why).toContain(why);
  expect(problem.help).toContain(help);
});

test("publishes a schema that refuses unknown settings", () => {
  expect(jsonSchema()).toMatchObject({ type: "object", additionalProperties: false });
});
