/** What an automaton says it is; nothing of it is checked. */
export interface BotName {
  readonly name: string;
  /** What it does, from the list of known ones: `search-engine`, `ai-crawler`, `http-library` … */
  readonly kind: string | undefined;
}

/** Names a User-Agent; undefined for what claims to be a browser. */
export type NameBot = (userAgent: string) => BotName | undefined;

interface Known {
  readonly pattern: string;
  readonly tags?: readonly string[];
}

/** A User-Agent may be megabytes long, and says who it is at its beginning. */
const MOST = 1000;

let made: Promise<NameBot> | undefined;

/**
 * The names that automata give themselves. `isbot` says whether it is one; the list of known crawlers
 * gives the name, and where it has none, the User-Agent's own words do.
 */
export function botNames(): Promise<NameBot> {
  made ??= load();
  return made;
}

async function load(): Promise<NameBot> {
  const [{ isbot }, { default: list }] = await Promise.all([
    import("isbot"),
    import("crawler-user-agents"),
  ]);
  const find = finder(list);
  const cache = new Map<string, BotName | undefined>();
  return (userAgent) => {
    const text = userAgent.slice(0, MOST);
    if (cache.has(text)) return cache.get(text);
    const own = (): BotName => ({ name: ownName(text), kind: undefined });
    const name = isbot(text) ? (find(text) ?? own()) : undefined;
    if (cache.size < 200_000) cache.set(text, name);
    return name;
  };
}

/** How many characters of each pattern its entry in the index has. */
const GRAM = 4;

/**
 * Finds the first known crawler whose pattern matches. Trying all of the 1,500 patterns would take a
 * millisecond, so only those are tried of which four characters stand in the text.
 */
function finder(list: readonly Known[]): (text: string) => BotName | undefined {
  const byGram = new Map<string, number[]>();
  const always: number[] = [];
  list.forEach(({ pattern }, index) => {
    const literal = longestLiteral(pattern);
    if (literal.length < GRAM) {
      always.push(index);
      return;
    }
    const gram = literal.slice(0, GRAM);
    byGram.set(gram, [...(byGram.get(gram) ?? []), index]);
  });
  const compiled: RegExp[] = [];
  const regex = (index: number): RegExp =>
    (compiled[index] ??= new RegExp((list[index] as Known).pattern));
  return (text) => {
    const lower = text.toLowerCase();
    const candidates = new Set(always);
    for (let at = 0; at + GRAM <= lower.length; at++) {
      for (const index of byGram.get(lower.slice(at, at + GRAM)) ?? []) candidates.add(index);
    }
    for (const index of [...candidates].toSorted((a, b) => a - b)) {
      const match = regex(index).exec(text);
      if (match === null) continue;
      return { name: nameAt(text, match) ?? ownName(text), kind: list[index]?.tags?.[0] };
    }
    return undefined;
  };
}

/** The longest text that every match of the pattern contains, in lower case. */
function longestLiteral(pattern: string): string {
  if (pattern.replaceAll(/\([^()]*\)/g, "").includes("|")) return "";
  const plain = pattern
    .replaceAll(/\([^()]*\)|\[[^\]]*\]|\\[a-zA-Z]/g, "\n")
    .replaceAll(/.[?*]|.\{[^}]*\}|[\^$.+](?<!\\.)/g, "\n")
    .replaceAll(/\\(.)/g, "$1");
  const runs = plain.split("\n");
  return runs.reduce((best, run) => (run.length > best.length ? run : best), "").toLowerCase();
}

/** The whole word around a match; nothing where the match lies in an address of the web. */
function nameAt(text: string, match: RegExpExecArray): string | undefined {
  const start = match.index + (match[0].length - match[0].trimStart().length);
  const before = /[\w-]*$/.exec(text.slice(0, start))?.[0] ?? "";
  if (/\S*(?:\/\/|www\.|@)\S*$/.test(text.slice(0, start))) return undefined;
  const found = match[0].trim().replace(/\W+$/, "");
  const after = /^[\w-]*/.exec(text.slice(start + found.length))?.[0] ?? "";
  return tidy(before + found + after);
}

/** What the User-Agent calls itself: a word with "bot" or the like in it, else its first product. */
function ownName(userAgent: string): string {
  const text = userAgent.replaceAll(/\S*(?:https?:|www\.|\S@\S)\S*/g, " ");
  const word =
    /[A-Za-z][\w.!-]*(?:bot|crawl|spider|slurp|fetch|scan|monitor|check|feed|client)[\w.-]*/i.exec(
      text,
    ) ??
    /(?<=compatible; ?)(?!MSIE\b)[A-Za-z][\w.-]*/.exec(text) ??
    /^(?!Mozilla\b)[A-Za-z][\w.-]*/.exec(text);
  return word === null ? "others" : tidy(word[0]);
}

const tidy = (name: string): string => name.replace(/[^\w)]+$/, "").slice(0, 40) || "others";
