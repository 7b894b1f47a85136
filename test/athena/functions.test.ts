import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { athenaFunctions } from "../../src/engines/athena/functions/registry.js";
import { asked, translated } from "./engine.js";

/** One row, one value, as Trino's documentation gives it. */
const values: readonly (readonly [expression: string, value: unknown])[] = [
  // conditional
  ["if(1 > 2, 'yes', 'no')", "no"],
  ["IF (1 > 2, 'yes')", null],
  ["coalesce(NULL, 1, 2)", 1],
  ["nullif(1, 1)", null],
  ["try(CAST('x' AS INTEGER))", null],
  ["greatest(1, 3, 2)", 3],
  ["greatest(1, NULL)", null],
  ["least(1, 3, 2)", 1],
  ["least(NULL, 1)", null],
  // text
  ["length('añ😀')", 3],
  ["lower('ÀB')", "àb"],
  ["upper('àb')", "ÀB"],
  ["reverse('abc')", "cba"],
  ["chr(10)", "\n"],
  ["codepoint('é')", 233],
  ["starts_with('/admin', '/ad')", true],
  ["strpos('abcabc', 'c')", 3],
  ["strpos('abc', 'x')", 0],
  ["position('b' IN 'abc')", 2],
  ["split('a,b,,c', ',')", ["a", "b", "", "c"]],
  ["split_part('a-b', '-', 2)", "b"],
  ["split_part('a-b', '-', 3)", null],
  ["lpad('7', 3, '0')", "007"],
  ["rpad('7', 3, '0')", "700"],
  ["translate('abcd', 'ad', 'xy')", "xbcy"],
  ["concat('a', 'b', 'c')", "abc"],
  ["concat('a', NULL)", null],
  ["concat(ARRAY[1], ARRAY[2])", [1, 2]],
  ["concat_ws(',', 'a', NULL, 'b')", "a,b"],
  ["trim(chr(9) || ' a ' || chr(10))", "a"],
  ["trim(BOTH 'x' FROM 'xax')", "a"],
  ["ltrim(' a ')", "a "],
  ["rtrim(' a ')", " a"],
  ["substr('abcdef', 2, 3)", "bcd"],
  ["substr('abc', 0, 2)", ""],
  ["substr('abc', -2)", "bc"],
  ["substr('abc', -10)", ""],
  ["substring('abcdef' FROM 3)", "cdef"],
  ["replace('abab', 'a')", "bb"],
  ["replace('abab', 'a', 'x')", "xbxb"],
  ["levenshtein_distance('ab', 'ac')", 1],
  ["hamming_distance('ab', 'ac')", 1],
  ["to_hex(md5(to_utf8('a')))", "0CC175B9C0F1B6A831C399E269772661"],
  ["to_hex(sha1(to_utf8('a')))", "86F7E437FAA5A7FCE15D1DDCB9EAEAEA377667B8"],
  [
    "to_hex(sha256(to_utf8('a')))",
    "CA978112CA1BBDCAFAC231B39A23DC4DA786EFF8147C4E72B9807785AFEE48BB",
  ],
  ["to_base64(from_base64('YWI='))", "YWI="],
  ["to_hex(from_hex('0aff'))", "0AFF"],
  // regular expressions
  ["regexp_like('GET /wp-login.php', 'wp-(login|admin)')", true],
  ["regexp_like('abc', '^b')", false],
  ["regexp_extract('/item/42/x', '[0-9]+')", "42"],
  ["regexp_extract('/item/42/x', '/item/([0-9]+)', 1)", "42"],
  ["regexp_extract('/item/x', '[0-9]+')", null],
  ["regexp_extract_all('1a 2b', '[0-9]')", ["1", "2"]],
  ["regexp_replace('a1b2', '[0-9]')", "ab"],
  ["regexp_replace('a1b2', '([a-z])([0-9])', '$2$1-')", "1a-2b-"],
  ["regexp_split('a1b2c', '[0-9]')", ["a", "b", "c"]],
  ["regexp_count('1a 2b', '[0-9]')", 2],
  // numbers
  ["7 / 2", 3],
  ["-7 / 2", -3],
  ["7 / 2.0", 3.5],
  ["7 / 2e0", 3.5],
  ["count(*) / 2 FROM (VALUES 1, 2, 3) AS t(x)", 1],
  ["mod(-7, 2)", -1],
  ["round(-2.5)", -3],
  ["round(2.345e0, 2)", 2.35],
  ["truncate(-1.9e0)", -1],
  ["abs(-1)", 1],
  ["ceil(1.2e0)", 2],
  ["ceiling(1.2e0)", 2],
  ["floor(1.8e0)", 1],
  ["sqrt(9)", 3],
  ["round(cbrt(27), 9)", 3],
  ["exp(0)", 1],
  ["ln(1)", 0],
  ["log2(8)", 3],
  ["log10(1000)", 3],
  ["log(2, 8)", 3],
  ["sign(-3)", -1],
  ["degrees(pi())", 180],
  ["radians(180) = pi()", true],
  ["sin(0) + cos(0) + tan(0) + asin(0) + acos(1) + atan(0) + atan2(0, 1)", 1],
  ["sinh(0) + cosh(0) + tanh(0)", 1],
  ["pow(2, 3)", 8],
  ["power(2, 3)", 8],
  ["ln(e())", 1],
  ["is_nan(nan())", true],
  ["is_infinite(infinity())", true],
  ["is_finite(1e0)", true],
  ["random() < 1", true],
  ["rand() < 1", true],
  ["width_bucket(5, 0, 10, 5)", 3],
  ["width_bucket(-1, 0, 10, 5)", 0],
  ["width_bucket(10, 0, 10, 5)", 6],
  ["to_base(255, 16)", "ff"],
  ["bitwise_and(6, 3)", 2],
  ["bitwise_or(6, 3)", 7],
  ["bitwise_xor(6, 3)", 5],
  // times
  ["now() > TIMESTAMP '2020-01-01 00:00:00'", true],
  ["date('2024-10-05') = DATE '2024-10-05'", true],
  ["to_unixtime(TIMESTAMP '1970-01-01 00:00:01.5')", 1.5],
  ["from_unixtime(1.5) = TIMESTAMP '1970-01-01 00:00:01.5'", true],
  [
    "from_iso8601_timestamp('2024-10-05T02:00:00+02:00') = TIMESTAMP '2024-10-05 00:00:00 UTC'",
    true,
  ],
  ["from_iso8601_date('2024-10-05') = DATE '2024-10-05'", true],
  ["date_trunc('hour', TIMESTAMP '2024-10-05 01:59:59') = TIMESTAMP '2024-10-05 01:00:00'", true],
  ["date_add('hour', 1, TIMESTAMP '2024-10-05 23:30:00') = TIMESTAMP '2024-10-06 00:30:00'", true],
  ["date_add('month', 1, DATE '2024-01-31') = DATE '2024-02-29'", true],
  ["date_add('DAY', -7, DATE '2024-01-08') = DATE '2024-01-01'", true],
  ["date_diff('hour', TIMESTAMP '2024-10-05 01:30:00', TIMESTAMP '2024-10-05 03:00:00')", 1],
  ["date_diff('day', DATE '2024-10-05', DATE '2024-10-01')", -4],
  [
    "date_format(TIMESTAMP '2024-03-05 01:02:03', '%Y-%m-%d %H:%i:%s %W %M %b %e %c %k')",
    "2024-03-05 01:02:03 Tuesday March Mar 5 3 1",
  ],
  [
    "date_format(TIMESTAMP '2024-03-05 13:02:03', '%r %T %y %j %p %% %x-%v')",
    "01:02:03 PM 13:02:03 24 065 PM % 2024-10",
  ],
  [
    "date_parse('2024-10-05 01:02:03', '%Y-%m-%d %H:%i:%s') = TIMESTAMP '2024-10-05 01:02:03'",
    true,
  ],
  [
    "parse_datetime('05/Oct/2024:01:02:03 +0000', 'dd/MMM/yyyy:HH:mm:ss Z') = TIMESTAMP '2024-10-05 01:02:03'",
    true,
  ],
  [
    "parse_datetime('2024-10-05T01:02:03.500', 'yyyy-MM-dd''T''HH:mm:ss.SSS') = TIMESTAMP '2024-10-05 01:02:03.5'",
    true,
  ],
  [
    "format_datetime(TIMESTAMP '2024-10-05 01:02:03', 'EEE d MMM yyyy, HH:mm ''o''''clock'' Z')",
    "Sat 5 Oct 2024, 01:02 o'clock +0000",
  ],
  ["year(DATE '2024-12-30')", 2024],
  ["quarter(DATE '2024-12-30')", 4],
  ["month(DATE '2024-12-30')", 12],
  ["week(DATE '2024-12-30')", 1],
  ["week_of_year(DATE '2024-12-30')", 1],
  ["year_of_week(DATE '2024-12-30')", 2025],
  ["yow(DATE '2024-12-30')", 2025],
  ["day(DATE '2024-12-30')", 30],
  ["day_of_month(DATE '2024-12-30')", 30],
  ["day_of_week(DATE '2024-12-29')", 7],
  ["dow(DATE '2024-12-29')", 7],
  ["EXTRACT(DOW FROM DATE '2024-12-29')", 7],
  ["EXTRACT(YEAR FROM DATE '2024-12-29')", 2024],
  ["day_of_year(DATE '2024-12-30')", 365],
  ["doy(DATE '2024-12-30')", 365],
  ["hour(TIMESTAMP '2024-01-01 05:06:07')", 5],
  ["minute(TIMESTAMP '2024-01-01 05:06:07')", 6],
  ["second(TIMESTAMP '2024-01-01 05:06:07')", 7],
  ["millisecond(TIMESTAMP '2024-01-01 00:00:01.250')", 250],
  ["last_day_of_month(DATE '2024-02-01') = DATE '2024-02-29'", true],
  ["TIMESTAMP '2024-01-31 00:00:00' - interval '30' day = TIMESTAMP '2024-01-01 00:00:00'", true],
  // arrays and maps
  ["cardinality(ARRAY[1, NULL, 3])", 3],
  ["cardinality(map(ARRAY['a', 'b'], ARRAY[1, 2]))", 2],
  ["cardinality(split('/a/b', '/'))", 3],
  ["cardinality(CAST(NULL AS ARRAY(BIGINT)))", null],
  ["CAST(ARRAY['1', '2'] AS ARRAY(BIGINT))", [1, 2]],
  ["element_at(ARRAY['a', 'b'], 2)", "b"],
  ["element_at(ARRAY['a', 'b'], -1)", "b"],
  ["element_at(ARRAY['a'], 5)", null],
  ["element_at(map(ARRAY['a'], ARRAY[1]), 'a')", 1],
  ["element_at(map(ARRAY['a'], ARRAY[1]), 'b')", null],
  ["contains(ARRAY[1, 2], 2)", true],
  ["flatten(ARRAY[ARRAY[1], ARRAY[2]])", [1, 2]],
  ["array_distinct(ARRAY[3, 1, 3, NULL, NULL])", [3, 1, null]],
  ["array_sort(ARRAY[3, NULL, 1])", [1, 3, null]],
  ["array_join(ARRAY[1, NULL, 2], '-')", "1-2"],
  ["array_max(ARRAY[1, 3])", 3],
  ["array_max(ARRAY[1, NULL])", null],
  ["array_min(ARRAY[1, 3])", 1],
  ["array_position(ARRAY['a', 'b'], 'b')", 2],
  ["array_position(ARRAY['a'], 'x')", 0],
  ["arrays_overlap(ARRAY[1, 2], ARRAY[2, 3])", true],
  ["slice(ARRAY[1, 2, 3, 4], 2, 2)", [2, 3]],
  ["slice(ARRAY[1, 2, 3, 4], -2, 2)", [3, 4]],
  ["sequence(3, 1)", [3, 2, 1]],
  ["sequence(1, 7, 3)", [1, 4, 7]],
  ["map_keys(map(ARRAY['a'], ARRAY[1]))", ["a"]],
  ["map_values(map(ARRAY['a'], ARRAY[1]))", [1]],
  ["cardinality(map_entries(map(ARRAY['a'], ARRAY[1])))", 1],
  ["element_at(map_from_entries(ARRAY[ROW('a', 1)]), 'a')", 1],
  ["element_at(map_concat(map(ARRAY['a'], ARRAY[1]), map(ARRAY['a'], ARRAY[2])), 'a')", 2],
  // JSON
  [`json_extract_scalar('{"a": {"b": [1, "x"]}}', '$.a.b[1]')`, "x"],
  [`json_extract_scalar('{"a b": true}', '$["a b"]')`, "true"],
  [`json_extract_scalar('{"a": {"b": 1}}', '$.a')`, null],
  [`json_extract_scalar('{"a": null}', '$.a')`, null],
  [`json_extract_scalar('not json', '$.a')`, null],
  [`json_format(json_extract('{"a": [1]}', '$.a'))`, "[1]"],
  [`json_array_length('[1, 2]')`, 2],
  [`json_array_length('{}')`, null],
  [`json_array_length(json_parse('[1]'))`, 1],
  // URLs
  ["url_extract_protocol('https://h/p')", "https"],
  ["url_extract_host('https://user@www.example.com:8443/a?b=c')", "www.example.com"],
  ["url_extract_port('https://www.example.com:8443/')", 8443],
  ["url_extract_port('https://www.example.com/')", null],
  ["url_extract_path('https://www.example.com/a%20b?x=1#f')", "/a b"],
  ["url_extract_path('/a/b?x=1')", "/a/b"],
  ["url_extract_query('https://h/p?x=1&y=2#f')", "x=1&y=2"],
  ["url_extract_query('https://h/p')", ""],
  ["url_extract_fragment('https://h/p#f')", "f"],
  ["url_extract_parameter('https://h/p?k1=a+b%21&k2=v2', 'k1')", "a b!"],
  ["url_extract_parameter('https://h/p?k1&k2=v=2', 'k2')", "v=2"],
  ["url_extract_parameter('https://h/p?k1&k2=v2', 'k1')", ""],
  ["url_extract_parameter('https://h/p?k1&k2=v2', 'k3')", null],
  ["url_extract_host('https://h/a b')", null],
  ["url_extract_path('/100%')", null],
  ["url_decode('a+b%20c')", "a b c"],
  ["url_encode('a b~*/é')", "a+b%7E*%2F%C3%A9"],
  ["ip_in('10.1.2.3', '10.0.0.0/8')", true],
];

/** Aggregates and windows over `(1, 'a'), (2, 'a'), (3, 'b'), (NULL, 'c')`. */
const aggregates: readonly (readonly [expression: string, value: unknown])[] = [
  ["count(*)", 4],
  ["count(DISTINCT s)", 3],
  ["sum(n)", 6],
  ["avg(n)", 2],
  ["min(n)", 1],
  ["max(n)", 3],
  ["count_if(n > 1)", 2],
  ["bool_and(n > 0)", true],
  ["bool_or(n > 2)", true],
  ["every(n > 0)", true],
  ["arbitrary(n) IN (1, 2, 3)", true],
  ["any_value(n) IS NOT NULL", true],
  ["approx_distinct(s)", 3],
  ["approx_distinct(s) FILTER (WHERE n < 3)", 1],
  ["approx_percentile(n, 0.5)", 2],
  ["approx_percentile(n, ARRAY[0.0, 1.0])", [1, 3]],
  ["max_by(s, n)", "b"],
  ["min_by(s, n)", "a"],
  ["max_by(n, s)", null],
  ["array_agg(n ORDER BY s DESC, n)", [null, 3, 1, 2]],
  ["array_join(array_agg(s ORDER BY n), ',')", "a,a,b,c"],
  ["element_at(map_agg(s, n), 'b')", 3],
  ["cardinality(map_agg(s, n))", 3],
  ["element_at(histogram(s), 'a')", 2],
  ["round(geometric_mean(n), 3)", 1.817],
  ["stddev(n)", 1],
  ["stddev_samp(n)", 1],
  ["variance(n)", 1],
  ["var_samp(n)", 1],
  ["round(stddev_pop(n), 3)", 0.816],
  ["round(var_pop(n), 3)", 0.667],
  ["skewness(n)", 0],
  ["kurtosis(n)", null],
  ["corr(n, n)", 1],
  ["covar_pop(n, n) < covar_samp(n, n)", true],
  ["regr_slope(n * 2, n)", 2],
  ["regr_intercept(n * 2 + 1, n)", 1],
  ["sum(n) / count(*)", 1],
];

/** The first value of a window over the same rows, ordered by number, the greatest first. */
const windows: readonly (readonly [expression: string, value: unknown])[] = [
  ["row_number() OVER (ORDER BY n)", 4],
  ["rank() OVER (ORDER BY s)", 4],
  ["dense_rank() OVER (ORDER BY s)", 3],
  ["percent_rank() OVER (ORDER BY n)", 1],
  ["cume_dist() OVER (ORDER BY n)", 1],
  ["ntile(2) OVER (ORDER BY n)", 2],
  ["lag(n) OVER (ORDER BY n)", 3],
  ["lead(n, 1, 9) OVER (ORDER BY n)", 9],
  ["first_value(n) OVER (ORDER BY n)", 1],
  ["last_value(s) OVER (ORDER BY n)", "c"],
  ["nth_value(n, 2) OVER (ORDER BY n)", 2],
  ["max_by(s, n) OVER (PARTITION BY s)", null],
];

const DATA = "(VALUES (1, 'a'), (2, 'a'), (3, 'b'), (NULL, 'c')) AS t(n, s)";

describe("functions of Athena's", () => {
  test.each(values)("%s", async (expression, value) => {
    expect(await translated(`SELECT ${expression}`)).toEqual([[value]]);
  });
  test.each(aggregates)("%s", async (expression, value) => {
    expect(await translated(`SELECT ${expression} FROM ${DATA}`)).toEqual([[value]]);
  });
  test.each(windows)("%s", async (expression, value) => {
    const sql = `SELECT ${expression} FROM ${DATA} ORDER BY s DESC LIMIT 1`;
    expect(await translated(sql)).toEqual([[value]]);
  });

  test("every function that is understood stands in a table above", () => {
    const tried = [...values, ...aggregates, ...windows].map(([sql]) => sql.toLowerCase());
    const other = ["grouping"];
    for (const [name, rule] of athenaFunctions) {
      if (rule.kind === "refused" || other.includes(name)) continue;
      const call = new RegExp(`\\b${name} ?\\(`);
      expect(
        tried.some((sql) => call.test(sql)),
        name,
      ).toBe(true);
    }
  });
});

test("docs/athena.md names every function, understood or refused", () => {
  const page = readFileSync(new URL("../../docs/athena.md", import.meta.url), "utf8");
  for (const name of athenaFunctions.keys()) expect(page).toContain(`\`${name}\``);
});

describe("Athena's SQL", () => {
  const queries: readonly (readonly [sql: string, rows: unknown[][]])[] = [
    ["SELECT count(x) FROM (SELECT 1 AS x UNION ALL SELECT 2)", [[2]]],
    [
      "SELECT u.x, u.n FROM (SELECT ARRAY['a', 'b'] AS l) CROSS JOIN UNNEST(l) WITH ORDINALITY AS u (x, n) ORDER BY n",
      [
        ["a", 1],
        ["b", 2],
      ],
    ],
    [
      "WITH t (n, s) AS (VALUES (1, 'a')), length (x) AS (SELECT n FROM t) SELECT x FROM length",
      [[1]],
    ],
    [
      "SELECT n, grouping(n) FROM (VALUES 1, 2) AS t(n) GROUP BY ROLLUP (n) ORDER BY n NULLS LAST",
      [
        [1, 0],
        [2, 0],
        [null, 1],
      ],
    ],
    ["SELECT n FROM (VALUES 1, NULL, 2) AS t(n) ORDER BY n DESC", [[2], [1], [null]]],
    ["SELECT n FROM (VALUES 1, 2, 3) AS t(n) ORDER BY n OFFSET 1 LIMIT 1", [[2]]],
    ["SELECT n FROM (VALUES 1, 2, 3) AS t(n) ORDER BY n FETCH FIRST 2 ROWS ONLY", [[1], [2]]],
    [
      "SELECT CAST('12' AS VARCHAR(10)), TRY_CAST('x' AS BIGINT), CAST(1.25 AS DECIMAL(5, 1))",
      [["12", null, 1.3]],
    ],
    [
      "SELECT 'concat(a, NULL) `x` -> AT TIME ZONE' /* format('%.2f') `y` */ -- UNLOAD",
      [["concat(a, NULL) `x` -> AT TIME ZONE"]],
    ],
    ['SELECT \'it\'\'s\' AS "odd ""name", 1 "regexp_like"', [["it's", 1]]],
    ["SELECT s FROM (VALUES ('Ab')) AS t(s) WHERE s LIKE 'A%' AND s NOT LIKE 'a%'", [["Ab"]]],
    ["(SELECT 1)", [[1]]],
    ["VALUES 1, abs(-2), (3) ORDER BY 1 DESC LIMIT 2", [[3], [2]]],
    ['WITH t("values", n) AS (VALUES (1, 2)) SELECT "values" FROM t', [[1]]],
    ["VALUES (1, 2)", [[1, 2]]],
    ["SELECT count_if(n > 1) FILTER (WHERE n < 3) FROM (VALUES 1, 2, 3) AS t(n);", [[1]]],
  ];
  test.each(queries)("%s", async (sql, rows) => {
    expect(await translated(sql)).toEqual(rows);
  });

  const names: readonly (readonly [sql: string, names: string[]])[] = [
    ["SELECT 1", ["_col0"]],
    [
      "SELECT x, count(*), sum(x) AS total FROM (VALUES 1) AS t(x) GROUP BY x",
      ["x", "_col1", "total"],
    ],
    ["SELECT x + 1 FROM (VALUES 1) AS t(x) UNION ALL SELECT 2", ["_col0"]],
    ["WITH t AS (SELECT 1 AS x) SELECT lower('a'), x FROM t", ["_col0", "x"]],
    ["SELECT * FROM (VALUES (1, 2)) AS t(a, b)", ["a", "b"]],
  ];
  test.each(names)("the columns of %s", async (sql, expected) => {
    expect((await asked(sql)).names).toEqual(expected);
  });
});

describe("failures of the data are told as Athena tells them", () => {
  test.each([
    ["SELECT date_parse('x', '%Y')", "Could not parse"],
    ["SELECT split_part('a', 'b', 0)", "greater than zero"],
    ["SELECT regexp_replace('a', 'a', '${x}')", "$1 to $9"],
    ["SELECT CAST('x' AS INTEGER)", "Could not convert"],
  ])("%s", async (sql, why) => {
    await expect(asked(sql)).rejects.toMatchObject({
      code: "bad-sql",
      why: expect.stringContaining(why) as string,
    });
  });
});
