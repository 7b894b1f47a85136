/*
 * What the contenders say, brought to one form, so that a fast wrong answer is noticed.
 */

/** A question's name, and for each thing that was asked about its number. */
/** @typedef {Map<string, Map<string, number>>} Answers */

/** @param {readonly { question: string, key: string, number: number }[]} entries */
function answersOf(entries) {
  /** @type {Answers} */
  const answers = new Map();
  for (const { question, key, number } of entries) {
    answers.set(question, (answers.get(question) ?? new Map()).set(key, number));
  }
  return answers;
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/**
 * `05/Nov/2026:10` → `2026-11-05 10:00`
 * @param {string} text
 */
function hourOf(text) {
  const [, day, month = "", year, hour] = /^(\d\d)\/(\w{3})\/(\d{4}):(\d\d)$/.exec(text) ?? [];
  return `${year}-${String(MONTHS.indexOf(month) + 1).padStart(2, "0")}-${day} ${hour}:00`;
}

/**
 * `NUMBER QUESTION KEY`, a line each; an hour that is none is of a malformed line.
 * @param {string} stdout
 */
export function fromAwk(stdout) {
  const entries = stdout.split("\n").flatMap((line) => {
    const [number, question = "", ...key] = line.split(" ");
    if (question === "hour" && !/^\d\d\/\w{3}\/\d{4}:\d\d$/.test(key[0] ?? "")) return [];
    if (question === "") return [];
    const name = question === "hour" ? hourOf(key[0] ?? "") : key.join(" ");
    return [{ question, key: name, number: Number(number) }];
  });
  return answersOf(entries);
}

/**
 * @typedef {object} Row of culprit
 * @property {string} client_ip
 * @property {string | null} [path]
 * @property {string} [request_target]
 * @property {string | null} [hour]
 * @property {number} requests
 * @property {number | string} bytes_sent
 */

/**
 * culprit's rows as JSON lines; their columns say which question they answer.
 * @param {string} stdout
 */
export function fromRows(stdout) {
  const lines = stdout.split("\n").filter((line) => line !== "");
  return answersOf(lines.map((line) => entryOf(JSON.parse(line))));
}

/** @param {Row} row */
function entryOf({ client_ip: client, path, request_target: target, hour, requests, bytes_sent }) {
  if (typeof hour === "string") return { question: "hour", key: hour, number: requests };
  if (typeof path === "string") {
    return { question: "pair", key: `${client} ${path}`, number: requests };
  }
  if (typeof target === "string") {
    return { question: "target", key: `${client} ${target}`, number: requests };
  }
  return { question: "bytes", key: client, number: Number(bytes_sent) };
}

/**
 * @param {string} stdout
 * @returns {Answers}
 */
export function fromReport(stdout) {
  const { consumers } = JSON.parse(stdout);
  return answersOf(
    consumers.by_requests.rows.map(
      (/** @type {{ client_ip: string, requests: number }} */ row) => ({
        question: "client",
        key: row.client_ip,
        number: row.requests,
      }),
    ),
  );
}

/**
 * @param {string} stdout
 * @returns {Answers}
 */
export function fromGoAccess(stdout) {
  /** @type {{ data: string, hits: { count: number } }[]} */
  const hosts = JSON.parse(stdout).hosts.data;
  return answersOf(
    hosts
      .slice(0, 20)
      .map(({ data, hits }) => ({ question: "client", key: data, number: hits.count })),
  );
}

/**
 * A table of lnav: the number stands last.
 * @param {string} question
 * @returns {(stdout: string) => Answers}
 */
export const fromLnav = (question) => (stdout) =>
  answersOf(
    stdout
      .split("\n")
      .slice(1)
      .flatMap((line) => {
        const words = line.trim().split(/ +/);
        const number = Number(words.pop());
        return words.length === 0 ? [] : [{ question, key: words.join(" "), number }];
      }),
  );

/**
 * The number of lines that were read.
 * @param {string} stdout
 */
export const fromCount = (stdout) =>
  answersOf([{ question: "lines", key: "all", number: Number.parseInt(stdout, 10) }]);

/**
 * Where two contenders differ on the questions that both answer: by more than `slack`, since each
 * may understand malformed lines differently. A list that ends with a tie may end either way. Sums
 * of bytes may be off by a hundredth, and some wholly: where two lines were glued together, awk
 * adds up what is no size.
 * @param {Answers} one
 * @param {Answers} other
 * @param {number} slack
 * @returns {string[]}
 */
export function differences(one, other, slack) {
  return [...one].flatMap(([question, numbers]) => {
    const others = other.get(question);
    if (others === undefined) return [];
    const isBytes = question === "bytes";
    const allowed = isBytes ? Math.max(...numbers.values()) / 100 : slack;
    const lowest = Math.max(Math.min(...numbers.values()), Math.min(...others.values()));
    const keys = [...new Set([...numbers.keys(), ...others.keys()])];
    const off = keys.filter((key) => {
      const [a, b] = [numbers.get(key), others.get(key)];
      if (a === undefined || b === undefined) return (a ?? b ?? 0) > lowest + allowed;
      return Math.abs(a - b) > allowed;
    });
    if (isBytes && off.length <= keys.length / 4) return [];
    return off.map(
      (key) => `${question} ${key}: ${String(numbers.get(key))} and ${String(others.get(key))}`,
    );
  });
}
