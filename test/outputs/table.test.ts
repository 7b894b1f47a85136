import * as fc from "../fast-check.js";
import stringWidth from "string-width";
import { describe, expect, test } from "vitest";
import { createStyle } from "../../src/outputs/color.js";
import { fit, type Ellipsis } from "../../src/outputs/fit.js";
import { textTable, type TableCell, type TableColumn } from "../../src/outputs/table.js";

const columns: TableColumn[] = [
  { title: "client", ellipsis: "never" },
  { title: "requests" },
  { title: "size", align: "right", priority: 2 },
  { title: "path", ellipsis: "middle", priority: 1, min: 10 },
];
const rows: TableCell[][] = [
  ["203.0.113.7", 45_871, "41.2 GiB", "/static/js/app.3f2a91.js"],
  ["2001:db8:1:2:3:4:5:6", 1n, "0 B", null],
];

describe("textTable", () => {
  test("with room for everything", () => {
    expect(textTable(columns, rows, { width: 100 })).toEqual([
      "client                requests      size  path",
      "203.0.113.7             45,871  41.2 GiB  /static/js/app.3f2a91.js",
      "2001:db8:1:2:3:4:5:6         1       0 B  -",
    ]);
  });

  test("narrower, cuts what may be cut", () => {
    expect(textTable(columns, rows, { width: 60 })).toEqual([
      "client                requests      size  path",
      "203.0.113.7             45,871  41.2 GiB  /static/j…f2a91.js",
      "2001:db8:1:2:3:4:5:6         1       0 B  -",
    ]);
  });

  test("narrower still, leaves out the column of lowest priority and says so", () => {
    expect(textTable(columns, rows, { width: 48 })).toEqual([
      "client                requests      size",
      "203.0.113.7             45,871  41.2 GiB",
      "2001:db8:1:2:3:4:5:6         1       0 B",
      "(too narrow for: path; --wide shows all)",
    ]);
    expect(textTable(columns, rows, { width: 48, mention: false })).toHaveLength(3);
  });

  test("never cuts an address, even beyond the width", () => {
    expect(textTable(columns, rows, { width: 10, mention: false })).toEqual([
      "client                requests",
      "203.0.113.7             45,871",
      "2001:db8:1:2:3:4:5:6         1",
    ]);
  });

  test("indented, in ASCII, in another locale", () => {
    const lines = textTable(columns, rows, { width: 62, indent: 2, ascii: true, locale: "de" });
    expect(lines[1]).toBe("  203.0.113.7             45.871  41.2 GiB  /static/...2a91.js");
    expect(lines.every((line) => line.startsWith("  "))).toBe(true);
  });

  test("colour does not move anything", () => {
    const style = createStyle(true);
    const painted = rows.map((row) => [
      { text: row[0] as string, paint: style.red },
      ...row.slice(1),
    ]);
    const lines = textTable(columns, painted, { width: 60, style });
    expect(lines.join("\n")).toContain("\x1b[31m203.0.113.7\x1b[39m");
    // oxlint-disable-next-line no-control-regex
    const bare = lines.map((line) => line.replaceAll(/\x1b\[\d+m/g, "").trimEnd());
    expect(bare).toEqual(textTable(columns, rows, { width: 60 }));
  });

  test("wide characters are two columns", () => {
    const wide = textTable(
      [{ title: "a" }, { title: "b" }],
      [
        ["漢字", "x"],
        ["ab", "y"],
      ],
      { width: 80 },
    );
    expect(wide.slice(1)).toEqual(["漢字  x", "ab    y"]);
  });

  test("hostile text is shown, not obeyed", () => {
    const lines = textTable([{ title: "ua\x1b" }], [["\x1b[2J\nGET"], ["\u202ex"]], { width: 80 });
    expect(lines).toEqual(["ua\\x1B", "\\x1B[2J\\x0AGET", "\\u{202E}x"]);
  });

  test("without rows there are the titles", () => {
    expect(textTable(columns, [], { width: 80 })).toEqual(["client  requests  size  path"]);
  });

  test("a huge text costs little", () => {
    const start = performance.now();
    const [, line] = textTable([{ title: "path" }], [["漢".repeat(5_000_000)]], { width: 80 });
    expect(stringWidth(line ?? "")).toBeLessThanOrEqual(80);
    expect(performance.now() - start).toBeLessThan(2000);
  });

  test("maximum widths hold where there is room", () => {
    const lines = textTable([{ title: "p", max: 5 }], [["abcdefgh"]], { width: 80 });
    expect(lines[1]).toBe("abcd…");
  });

  test("any table fits the width when its columns may be cut or left out", () => {
    const cell = fc.oneof(
      fc.string({ unit: "grapheme", maxLength: 60 }),
      fc.integer(),
      fc.constant(null),
    );
    const column = fc.record({
      title: fc.string({ unit: "grapheme", maxLength: 12 }),
      priority: fc.nat(3),
      ellipsis: fc.constantFrom<Ellipsis>("middle", "end"),
      min: fc.integer({ min: 1, max: 8 }),
    });
    fc.assert(
      fc.property(
        fc.array(column, { minLength: 1, maxLength: 6 }),
        fc.array(fc.array(cell, { minLength: 6, maxLength: 6 }), { maxLength: 5 }),
        fc.integer({ min: 10, max: 120 }),
        (some, table, width) => {
          for (const line of textTable(some, table, { width })) {
            expect(stringWidth(line)).toBeLessThanOrEqual(width);
            expect(line).not.toMatch(/\n/);
          }
        },
      ),
    );
  });
});

describe("fit", () => {
  const cases: [text: string, width: number, cut: Ellipsis, shown: string][] = [
    ["short", 10, "end", "short"],
    ["abcdefghij", 5, "end", "abcd…"],
    ["abcdefghij", 5, "middle", "ab…ij"],
    ["abcdefghij", 6, "middle", "abc…ij"],
    ["abcdefghij", 3, "never", "abcdefghij"],
    ["abcdefghij", 1, "end", "a"],
    ["abc", 0, "end", ""],
    ["漢字漢字", 5, "end", "漢字…"],
    ["漢字漢字", 4, "end", "漢…"],
    ["漢字漢字", 6, "middle", "漢…字"],
    ["👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧", 5, "end", "👨‍👩‍👧👨‍👩‍👧…"],
  ];
  test.each(cases)("%s to %d, %s → %s", (text, width, cut, shown) => {
    expect(fit(text, width, cut)).toBe(shown);
  });
});
