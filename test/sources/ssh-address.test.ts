import { spawnSync } from "node:child_process";
import * as fc from "../fast-check.js";
import { describe, expect, test } from "vitest";
import { Exit, Problem } from "../../src/problems/problem.js";
import { fileWord, quoteForShell } from "../../src/sources/shell-word.js";
import { parseSshAddress, sshArguments } from "../../src/sources/ssh-address.js";

describe("an address", () => {
  const good: [text: string, destination: string, port: number | undefined, path: string][] = [
    ["ssh://web1/var/log/access.log", "web1", undefined, "/var/log/access.log"],
    ["ssh://me@web1.example.org:2222/a", "me@web1.example.org", 2222, "/a"],
    ["ssh://me@corp.example@web1/a", "me@corp.example@web1", undefined, "/a"],
    ["ssh://[2001:db8::1]/a", "2001:db8::1", undefined, "/a"],
    ["ssh://me@[fe80::1%eth0]:22/a", "me@fe80::1%eth0", 22, "/a"],
    ["ssh://my_alias/a", "my_alias", undefined, "/a"],
    ["ssh://web1/my%20log", "web1", undefined, "/my%20log"],
    ["ssh://web1//a", "web1", undefined, "//a"],
    ["ssh://web1/a b\n'c'?#x", "web1", undefined, "/a b\n'c'?#x"],
  ];
  test.each(good)("%j", (text, destination, port, path) => {
    expect(parseSshAddress(text)).toEqual({
      destination,
      path,
      ...(port === undefined ? {} : { port }),
    });
  });

  const bad: [text: string, why: RegExp][] = [
    ["ssh://web1", /path on the host is missing/],
    ["ssh://web1/", /path on the host is missing/],
    ["ssh:///a", /host is not a plain name/],
    ["ssh://-oProxyCommand=x/a", /host is not a plain name/],
    ["ssh://me@-oProxyCommand=x/a", /host is not a plain name/],
    ["ssh://-lroot@web1/a", /user name is not a plain name/],
    ["ssh://@web1/a", /user name is not a plain name/],
    ["ssh://we b1/a", /host is not a plain name/],
    ["ssh://web1\n/a", /host is not a plain name/],
    ["ssh://web1\u0007/a", /host is not a plain name/],
    ["ssh://$(id)/a", /host is not a plain name/],
    ["ssh://`id`@web1/a", /user name is not a plain name/],
    ["ssh://me\n@web1/a", /user name is not a plain name/],
    ["ssh://web1:0/a", /port/],
    ["ssh://web1:65536/a", /port/],
    ["ssh://web1:/a", /port/],
    ["ssh://web1:22x/a", /port/],
    ["ssh://2001:db8::1/a", /port/],
    ["ssh://[2001:db8::1/a", /port/],
    ["ssh://[-x]/a", /host is not a plain name/],
    ["ssh://me:secret@web1/a", /password cannot stand/],
  ];
  test.each(bad)("%j is refused", (text, why) => {
    const parsing = (): unknown => parseSshAddress(text);
    expect(parsing).toThrow(Problem);
    try {
      parsing();
    } catch (error) {
      expect(error).toMatchObject({ code: "ssh-address", exit: Exit.usage });
      expect((error as Problem).why).toMatch(why);
      expect(JSON.stringify(error)).not.toContain("secret");
    }
  });

  test("becomes arguments", () => {
    const address = parseSshAddress("ssh://me@web1:2222/it's.log");
    expect(sshArguments(address)).toEqual([
      "-o",
      "BatchMode=yes",
      "-o",
      "ConnectTimeout=10",
      "-p",
      "2222",
      "--",
      "me@web1",
      String.raw`cat -- '/it'\''s.log'`,
    ]);
  });
});

const hostile = fc.oneof(
  fc.string({ unit: "binary" }),
  fc
    .array(fc.constantFrom("'", '"', "\\", "$(id)", "`id`", "\n", " ", "*", "~", "!", "#", "é"))
    .map((parts) => parts.join("")),
);

test("a shell gives back every text that was quoted for it", () => {
  const property = fc.property(hostile, (text) => {
    fc.pre(!text.includes("\0"));
    const { stdout } = spawnSync("sh", ["-c", `printf %s ${quoteForShell(text)}`]);
    expect(stdout.toString()).toBe(text);
  });
  fc.assert(property, { numRuns: 200 });
});

const words: [file: string, word: string][] = [
  ["/var/log/access.log", "/var/log/access.log"],
  ["a b", "'a b'"],
  ["-x", "./-x"],
  ["-x y", "'./-x y'"],
  ["é", "'é'"],
  ["", "''"],
];
test.each(words)("the file %j is the word %j", (file, word) => {
  expect(fileWord(file)).toBe(word);
});
