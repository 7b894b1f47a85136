import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { Problem } from "../../src/problems/problem.js";
import { writeWhole } from "../../src/store/whole-file.js";
import { Workspace } from "../../src/store/workspace.js";

const folder = mkdtempSync(path.join(tmpdir(), "culprit-whole-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe("a workspace", () => {
  test("is private, and gone when it is removed", () => {
    const workspace = Workspace.create(folder);
    writeFileSync(workspace.path("x"), "");
    expect(statSync(workspace.folder).mode & 0o777).toBe(0o700);
    workspace.remove();
    expect(existsSync(workspace.folder)).toBe(false);
    workspace.remove();
  });

  test("that cannot be made is a Problem that names the place", () => {
    const place = path.join(folder, "nowhere");
    expect(() => Workspace.create(place)).toThrow(Problem);
    try {
      Workspace.create(place);
    } catch (error) {
      expect(error).toMatchObject({ code: "no-temporary-folder", where: place, exit: 2 });
    }
  });
});

describe("a whole file", () => {
  const file = path.join(folder, "result");
  const write = (text: string) => async (draft: string) => writeFileSync(draft, text);

  test("takes its place at the end and keeps the mode of the one before", async () => {
    await writeWhole(file, write("one"));
    chmodSync(file, 0o640);
    await writeWhole(file, async (draft) => {
      writeFileSync(draft, "two");
      expect(readFileSync(file, "utf8")).toBe("one");
    });
    expect(readFileSync(file, "utf8")).toBe("two");
    expect(statSync(file).mode & 0o777).toBe(0o640);
    expect(readdirSync(folder)).toEqual(["result"]);
  });

  test("is as it was when writing fails", async () => {
    const failing = writeWhole(file, async (draft) => {
      writeFileSync(draft, "half");
      throw new Error("no");
    });
    await expect(failing).rejects.toThrow("no");
    expect(readFileSync(file, "utf8")).toBe("two");
    expect(readdirSync(folder)).toEqual(["result"]);
  });

  test("is written where a link points", async () => {
    const link = path.join(folder, "link");
    symlinkSync("result", link);
    await writeWhole(link, write("three"));
    expect(readFileSync(file, "utf8")).toBe("three");
    expect(readdirSync(folder)).toEqual(["link", "result"]);
  });
});
