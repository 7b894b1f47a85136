import { describe, expect, test } from "vitest";
import { jsonlFormat } from "../../src/formats/jsonl.js";
import { Problem } from "../../src/problems/problem.js";
import { parseLines } from "./parse-lines.js";

async function read(mapping: Record<string, string>, object: unknown) {
  const [row = {}] = await parseLines(jsonlFormat(mapping), [JSON.stringify(object)]);
  return row;
}

describe("a mapping says from which path a column is read", () => {
  test("and goes before the usual names, which fill the rest", async () => {
    const row = await read(
      { client_ip: "peer.addr", user: "who[0]" },
      { peer: { addr: "203.0.113.9:51000" }, remote_addr: "10.0.0.1", who: ["ann"], status: 200 },
    );
    expect(row).toMatchObject({ client_ip: "203.0.113.9", user: "ann", status: 200 });
  });

  test.each([
    ["took", 35, 35],
    ["took:ms", 35, 35],
    ["took:s", 0.035, 35],
    ["took:us", 35_000, 35],
    ["took:ns", 35_000_000, 35],
    ["took", "35ms", 35],
    ["took", "1.5s", 1500],
  ])("duration_ms=%s of %s", async (path, took, wanted) => {
    expect((await read({ duration_ms: path }, { took, status: 200 }))["duration_ms"]).toBe(wanted);
  });

  test.each([
    ["2026-11-05T09:31:02.5Z", "2026-11-05T09:31:02.5Z"],
    ["2026-11-05T10:31:02+01:00", "2026-11-05T09:31:02Z"],
    ["2026-11-05T10:31:02+0100", "2026-11-05T09:31:02Z"],
    ["2026-11-05 09:31:02", "2026-11-05T09:31:02Z"],
    ["2026/11/05 09:31:02.25", "2026-11-05T09:31:02.25Z"],
    ["05/Nov/2026:10:31:02 +0100", "2026-11-05T09:31:02Z"],
    [1_793_871_062, "2026-11-05T09:31:02Z"],
    ["1793871062.125", "2026-11-05T09:31:02.125Z"],
    [1_793_871_062_125, "2026-11-05T09:31:02.125Z"],
    [1_793_871_062_125_250, "2026-11-05T09:31:02.12525Z"],
    ["1793871062125250000", "2026-11-05T09:31:02.12525Z"],
  ])("a time may be %s", async (logged, wanted) => {
    expect((await read({ time: "at" }, { at: logged, status: 200 }))["time"]).toBe(wanted);
  });

  test("what a mapped column cannot hold is refused by name", async () => {
    const row = await read({ bytes_sent: "size" }, { size: "many", status: 200 });
    expect(row["reason"]).toBe("bytes_sent=size is not a whole number: many");
  });

  test("what a usual name holds is no fault of the line", async () => {
    const row = await read({}, { status: 200, bytes: "12 kB", user: { id: 7 }, method: "GET" });
    expect(row).toMatchObject({ outcome: "parsed", status: 200, method: "GET" });
    expect(row["bytes_sent"]).toBeUndefined();
    expect(row["user"]).toBeUndefined();
  });

  test("a line without any mapped path is refused", async () => {
    const row = await read({ client_ip: "peer" }, { level: "info" });
    expect(row["reason"]).toContain("the object has none of peer");
  });

  test.each([
    ["colour", "a"],
    ["extra", "a"],
    ["client_ip", ""],
  ])("%s=%s is no mapping", (column, path) => {
    expect(() => jsonlFormat({ [column]: path })).toThrow(Problem);
  });
});

test("names that differ in case are told apart", async () => {
  const row = await read({}, { clientIP: "203.0.113.9", ClientIp: "10.0.0.1", status: 200 });
  expect(row).toMatchObject({ client_ip: "203.0.113.9", extra: { ClientIp: "10.0.0.1" } });
});

test("one name twice in an object does not stop the reading", async () => {
  const line = '{"status":200,"a":1,"a":2,"method":"GET"}';
  const [row] = await parseLines(jsonlFormat(), [line, line]);
  expect(row).toMatchObject({ status: 200, method: "GET" });
});
