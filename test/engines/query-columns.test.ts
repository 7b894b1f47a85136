import { expect, test } from "vitest";
import { queryColumns } from "../../src/engines/duckdb/query-columns.js";

const columns = ["time", "client_ip", "path", "status", "bytes_sent", "extra", "user_agent"];

test.each<[query: string, named: string[] | undefined]>([
  ["SELECT status, count(*) FROM requests GROUP BY 1", ["status"]],
  ["SELECT count(*) FROM requests", []],
  ["select R.PATH, extra['x'] AS x from Requests r order by x", ["path", "extra"]],
  ["WITH a AS (SELECT status AS s FROM requests) SELECT s, count(*) FROM a GROUP BY s", ["status"]],
  ["SELECT client_ip FROM requests a JOIN requests b USING (path)", ["client_ip", "path"]],
  [
    "SELECT row_number() OVER (PARTITION BY client_ip ORDER BY time) n FROM requests QUALIFY n = 1",
    ["time", "client_ip"],
  ],
  ["SELECT sum(bytes_sent) FILTER (WHERE status >= 500) FROM requests", ["status", "bytes_sent"]],
  [
    "SELECT path FROM requests WHERE status IN (SELECT max(status) FROM requests)",
    ["path", "status"],
  ],
  ["SELECT path, count(*) AS requests FROM requests GROUP BY ALL ORDER BY requests DESC", ["path"]],
  ["SELECT count(*) AS time FROM requests ORDER BY time", []],
  ["SELECT path AS p FROM requests ORDER BY lower(p), status", ["path", "status"]],
  [
    "(SELECT path, count(*) AS requests FROM requests GROUP BY 1 ORDER BY requests LIMIT 2) UNION ALL BY NAME (SELECT status FROM requests)",
    ["path", "status"],
  ],
  // Anything might be meant.
  ["SELECT path, requests FROM requests ORDER BY requests", undefined],
  ["SELECT path, 1 AS requests FROM requests WHERE requests IS NULL", undefined],
  ["SELECT * FROM requests", undefined],
  ["FROM requests", undefined],
  ["SELECT requests FROM requests", undefined],
  ["SELECT r FROM requests r", undefined],
  ["SELECT to_json(r) FROM requests AS r", undefined],
  ["SELECT COLUMNS('a.*') FROM requests", undefined],
  ["SELECT a.path FROM requests a NATURAL JOIN requests b", undefined],
  ["SELECT x FROM requests AS r(x, y)", undefined],
  ["WITH a(x) AS (SELECT path FROM requests) SELECT x FROM a", undefined],
  ["SELECT path FROM s3_access_logs", undefined],
  ["SELECT statuz FROM requests", undefined],
  ["SUMMARIZE requests", undefined],
  ["DESCRIBE requests", undefined],
  ["PIVOT requests ON status USING count(*)", undefined],
  ["DROP TABLE requests", undefined],
  ["no SQL at all '", undefined],
  ["", []],
])("%s", async (query, named) => {
  expect(await queryColumns(query, columns)).toEqual(named);
});
