import { describe, expect, test } from "vitest";
import { translate } from "../../src/engines/athena/translate.js";
import { Problem } from "../../src/problems/problem.js";
import { culprit } from "./culprit.js";

function refusalOf(sql: string): Problem {
  try {
    translate(sql);
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

/** The query, what the pointer stands under, a part of what is said, and a part of the mend. */
const refusals: readonly (readonly [sql: string, under: string, what: string, help: string])[] = [
  ["SELECT `key` FROM s3_access_logs", "`key`", "Backticks", 'Write "key"'],
  ["SELECT transform(a, x -> x + 1)", "->", "Lambdas", "UNNEST"],
  ["SELECT any_match(a, 1)", "any_match", "lambda", "UNNEST"],
  ["SELECT reduce(a, 0, (s, x) -> s + x, s -> s)", "->", "Lambdas", "UNNEST"],
  ["SELECT format('%.2f', 1)", "format", "Java", "round(x, 2)"],
  ["SELECT t AT TIME ZONE 'Europe/Berlin'", "AT TIME ZONE", "something else", "date_add"],
  ["SELECT with_timezone(t, 'UTC')", "with_timezone", "UTC", "zone"],
  ["SELECT at_timezone(t, 'UTC')", "at_timezone", "UTC", "zone"],
  ["SELECT ip_prefix(client_ip, 24)", "ip_prefix", "Networks", "client_net"],
  ["SELECT contains('10.0.0.0/8', CAST(x AS IPADDRESS))", "IPADDRESS", "no type", "ip_in"],
  ["UNLOAD (SELECT 1) TO 's3://b/'", "UNLOAD", "writes files", "-o result.parquet"],
  ["CREATE TABLE t AS SELECT 1", "CREATE", "only reads", "-o result.parquet"],
  ["insert into t select 1", "insert", "INSERT writes rows", "-o result.parquet"],
  ["DELETE FROM t", "DELETE", "only reads", "SELECT"],
  ["MSCK REPAIR TABLE t", "MSCK", "only reads", "SELECT"],
  ["ATTACH '/tmp/x.db' AS y", "ATTACH", "no query", "SELECT"],
  ["COPY t TO '/tmp/x'", "COPY", "no query", "SELECT"],
  ["constructor", "constructor", "no query", "SELECT"],
  ["SHOW TABLES", "SHOW", "catalogue", "docs/athena.md"],
  ["EXECUTE q USING 1", "EXECUTE", "kept query", "values"],
  ["SELECT ?", "?", "parameter", "Write the value"],
  ["SELECT $$a$$", "$", "dollar", "single quotes"],
  ["SELECT U&'\\00e9'", "U&'\\00e9'", "escapes", "chr(10)"],
  ["SELECT E'\\n'", "E'\\n'", "escapes", "chr(10)"],
  ['SELECT "$path" FROM s3_access_logs', '"$path"', "hidden column", "source"],
  ["SELECT listagg(x, ',') WITHIN GROUP (ORDER BY x)", "WITHIN GROUP", "WITHIN", "array_join"],
  ["SELECT listagg(x, ',')", "listagg", "not known", "array_join"],
  ["SELECT * FROM t TABLESAMPLE BERNOULLI (10)", "TABLESAMPLE", "other rows", "--since"],
  ["SELECT * FROM t MATCH_RECOGNIZE (x)", "MATCH_RECOGNIZE", "no equivalent", "lag"],
  ["SELECT CAST('[1]' AS JSON)", "JSON", "parses it", "json_parse"],
  ["SELECT approx_most_frequent(3, x, 10)", "approx_most_frequent", "approximately", "GROUP BY"],
  ["SELECT json_query(x, 'lax $.a')", "json_query", "standard", "json_extract_scalar"],
  ["SELECT typeof(1)", "typeof", "names", "Leave it out"],
  ["SELECT repeat('a', 3)", "repeat", "array", "ARRAY[x"],
  ["SELECT approx_percentile(x, w, 0.5)", "approx_percentile(x, w, 0.5)", "3 arguments", "with 2"],
  ["SELECT log(10)", "log(10)", "1 arguments", "with 2"],
  ["SELECT regexp_extract(a)", "regexp_extract(a)", "1 arguments", "2 to 3"],
  ["SELECT from_unixtime(1, 'UTC')", "from_unixtime(1, 'UTC')", "2 arguments", "with 1"],
  ["SELECT date_parse(x, fmt)", "fmt", "expression", "as a text"],
  ["SELECT date_parse(x, '%Y' || '%m')", "'%Y' || '%m'", "expression", "as a text"],
  ["SELECT date_format(x, '%U')", "'%U'", "%U has no equivalent", "docs/athena.md"],
  ["SELECT parse_datetime(x, 'yyyy zzz')", "'yyyy zzz'", "zzz has no", "docs/athena.md"],
  ["SELECT json_extract_scalar(j, '$..a')", "'$..a'", "..a has no", "docs/athena.md"],
  ["SELECT json_extract(j, '$[*]')", "'$[*]'", "[*] has no", "docs/athena.md"],
  ["SELECT approx_distict(x)", "approx_distict", "no function", "approx_distinct"],
  ["SELECT strftime(t, '%Y')", "strftime", "no function", "without --athena"],
  ["SELECT * FROM read_csv('/etc/passwd')", "read_csv", "no function", "--athena"],
  ["SELECT 1 WHERE NOT list_any(x)", "list_any", "no function", "--athena"],
];

describe("what has no faithful equivalent is refused by name, with its place and the mend", () => {
  test.each(refusals)("%s", (sql, under, what, help) => {
    const problem = refusalOf(sql);
    expect(problem).toMatchObject({ code: "athena-unsupported", exit: 2 });
    expect(problem.message).toContain(what);
    expect(problem.help).toContain(help);
    const [place, line = "", pointer = ""] = problem.where?.split("\n") ?? [];
    const from = pointer.indexOf("^");
    expect(line.slice(from, from + pointer.trim().length)).toBe(under);
    expect(place).toBe(`line 1, column ${from + 1}`);
  });

  test("lines and columns are those of the query", () => {
    const sql = "SELECT 1, -- `a`\n  'x', /* 漢 */ format('%d', 1)\nFROM t";
    expect(refusalOf(sql).where).toBe(
      "line 2, column 16\n  'x', /* 漢 */ format('%d', 1)\n                ^^^^^^",
    );
  });

  test("before anything is read", async () => {
    const ran = await culprit("sql", "--athena", "SELECT `a` FROM requests", "/no/such/file.log");
    expect({ code: ran.code, out: ran.out }).toEqual({ code: 2, out: "" });
    expect(ran.err).toContain("Backticks");
    expect(ran.err).not.toContain("file.log");
  });
});

describe("in texts, comments, names and aliases nothing is refused", () => {
  test.each([
    ["SELECT '`x` -> AT TIME ZONE UNLOAD format(1)'"],
    ["SELECT 1 -- `x` -> format(1)\n, 2 /* AT TIME ZONE */"],
    ['SELECT 1 AS "format(1) -> `x`"'],
    ["SELECT x.y FROM t AS strftime(x)"],
    ["WITH strftime (x) AS (SELECT 1), repeat(y) AS (SELECT 2) SELECT * FROM strftime, repeat"],
    ["SELECT u, e, at, time FROM t AS typeof (u, e, at, time)"],
    ["SELECT show, set FROM create_table"],
    ["SELECT * FROM t WHERE x IN ('a') AND EXISTS (SELECT 1) OR (x) BETWEEN (1) AND (2)"],
    ["SELECT CAST(x AS VARCHAR(3)), CAST(x AS DECIMAL(3, 1)), CAST(x AS TIMESTAMP(3)) FROM t"],
    [
      "SELECT row_number()over(), count(*)filter(WHERE x > 1) FROM t GROUP BY GROUPING SETS ((a), ())",
    ],
  ])("%s", (sql) => expect(translate(sql).sql).toBe(sql));
});
