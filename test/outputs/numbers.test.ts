import { describe, expect, test } from "vitest";
import {
  bytes,
  duration,
  integer,
  localeOf,
  percent,
  times,
  type BytesStyle,
} from "../../src/outputs/numbers.js";

describe("integer", () => {
  const cases: [n: number | bigint, locale: string, text: string][] = [
    [0, "en", "0"],
    [-0, "en", "0"],
    [1234, "en", "1,234"],
    [1234, "es", "1.234"],
    [1234567, "de-DE", "1.234.567"],
    [-1234, "en", "-1,234"],
    [2n ** 64n, "en", "18,446,744,073,709,551,616"],
    [2 ** 53, "en", "9,007,199,254,740,992"],
    [1.5, "en", "2"],
    [1234, "C", "1,234"],
    [1234, "not a tag", "1,234"],
    [NaN, "en", "–"],
    [Infinity, "en", "∞"],
  ];
  test.each(cases)("%s in %s → %s", (n, locale, text) => expect(integer(n, locale)).toBe(text));
});

describe("localeOf", () => {
  const cases: [env: Record<string, string>, locale: string][] = [
    [{}, "en"],
    [{ LANG: "C.UTF-8" }, "en"],
    [{ LANG: "POSIX" }, "en"],
    [{ LANG: "de_DE.UTF-8" }, "de-DE"],
    [{ LANG: "de_DE@euro" }, "de-DE"],
    [{ LANG: "en_GB", LC_ALL: "fr_FR.UTF-8" }, "fr-FR"],
    [{ LANG: "en_GB", LC_NUMERIC: "pt_BR", LC_ALL: "" }, "pt-BR"],
    [{ LANG: "../../etc" }, "en"],
  ];
  test.each(cases)("%j → %s", (env, locale) => expect(localeOf(env)).toBe(locale));
});

describe("bytes", () => {
  const cases: [n: number | bigint, style: BytesStyle, text: string][] = [
    [0, "iec", "0 B"],
    [1, "iec", "1 B"],
    [999.6, "iec", "1,000 B"],
    [1023, "iec", "1,023 B"],
    [1023.6, "iec", "1 KiB"],
    [1024, "iec", "1 KiB"],
    [1234, "iec", "1.21 KiB"],
    [1023 * 1024, "iec", "0.999 MiB"],
    [1048575, "iec", "1 MiB"],
    [1288490189, "iec", "1.2 GiB"],
    [44239888281, "iec", "41.2 GiB"],
    [2 ** 53, "iec", "8 PiB"],
    [2n ** 53n, "iec", "8 PiB"],
    [2n ** 64n, "iec", "16 EiB"],
    [2n ** 100n, "iec", "1,050,000 YiB"],
    [-1536, "iec", "-1.5 KiB"],
    [999, "si", "999 B"],
    [1000, "si", "1 kB"],
    [1023, "si", "1.02 kB"],
    [999999, "si", "1 MB"],
    [41e9, "si", "41 GB"],
    [2 ** 53, "si", "9.01 PB"],
    [0, "raw", "0 B"],
    [1234567, "raw", "1,234,567 B"],
    [2n ** 53n, "raw", "9,007,199,254,740,992 B"],
    [NaN, "iec", "–"],
  ];
  test.each(cases)("%s as %s → %s", (n, style, text) => expect(bytes(n, { style })).toBe(text));

  test("in another language", () => {
    expect(bytes(44239888281, { locale: "de-DE" })).toBe("41,2 GiB");
  });
});

describe("percent", () => {
  const cases: [share: number, text: string][] = [
    [0, "0%"],
    [1, "100%"],
    [0.852, "85.2%"],
    [0.12, "12.0%"],
    [0.0002, "0.02%"],
    [0.00001, "<0.01%"],
    [0.00004999, "<0.01%"],
    [0.00005, "0.01%"],
    [0.0099, "0.99%"],
    [0.00996, "1.0%"],
    [0.9994, "99.9%"],
    [0.99999, ">99.9%"],
    [2.5, "250.0%"],
    [-0.1, "-10.0%"],
    [NaN, "–"],
  ];
  test.each(cases)("%s → %s", (share, text) => expect(percent(share)).toBe(text));
});

describe("times", () => {
  const cases: [factor: number, options: Parameters<typeof times>[1], text: string][] = [
    [3.42, {}, "×3.4"],
    [1, {}, "×1.0"],
    [9.94, {}, "×9.9"],
    [9.96, {}, "×10"],
    [36.4, {}, "×36"],
    [1200.4, {}, "×1,200"],
    [4060, {}, "×4,060"],
    [999, { cap: 999 }, "×999"],
    [4600, { cap: 999 }, ">×999"],
    [Infinity, {}, "new"],
    [Infinity, { cap: 999 }, "new"],
    [0.996, {}, "×1.0"],
    [0.43, {}, "×0.43"],
    [0.001, {}, "<×0.01"],
    [0, {}, "×0"],
    [NaN, {}, "–"],
    [32, { ascii: true }, "x32"],
    [1234.5, { locale: "de" }, "×1.235"],
  ];
  test.each(cases)("%s %j → %s", (factor, options, text) => {
    expect(times(factor, options)).toBe(text);
  });
});

describe("duration", () => {
  const cases: [ms: number | bigint, text: string][] = [
    [0, "0 ms"],
    [0.42, "0.42 ms"],
    [320, "320 ms"],
    [999.4, "999 ms"],
    [999.6, "1 s"],
    [1234, "1.23 s"],
    [59_940, "59.9 s"],
    [59_999, "1 min"],
    [60_000, "1 min"],
    [90_000, "1 min 30 s"],
    [3_599_999, "1 h"],
    [5_400_000, "1 h 30 min"],
    [14_400_000, "4 h"],
    [86_399_999, "1 d"],
    [90_000_000, "1 d 1 h"],
    [3_650 * 86_400_000, "3,650 d"],
    [5_400_000n, "1 h 30 min"],
    [-1500, "-1.5 s"],
    [NaN, "–"],
  ];
  test.each(cases)("%s → %s", (ms, text) => expect(duration(ms)).toBe(text));
});
