import { present, type Kind, type Options, type Target } from "./kind.js";
import { PHRASE, text } from "./text.js";
import { foldAddress, hostPort } from "./addresses.js";

/** Elements divided by commas or ` : `: nginx's lists of the upstream servers it tried. */
export const list = (element = "[^ \\t,]+"): string => `${element}(?:(?:,| :)[ \\t]*${element})*`;

/** The first address of a list such as X-Forwarded-For, which a client may fill with anything. */
export const firstOfList = (column: Target): Kind => ({
  ...text(column, { pattern: `(?:${list()}|${PHRASE})`, rank: -1 }),
  name: "list",
  columns: { [column]: (t: string) => foldAddress(`trim(split_part(${t}, ',', 1), ' ')`) },
});

const last = (t: string): string => `regexp_extract(${t}, '[^ ,]+$')`;

/** The last `address:port` of a list of servers that were tried: the one that answered. */
export function lastServer(address: Target, port: Target): Kind {
  const { columns } = hostPort(address, port);
  return {
    ...text(address, { pattern: list() }),
    name: "list",
    columns: {
      [address]: (t: string) => columns[address]?.(last(t)) as string,
      [port]: (t: string) => columns[port]?.(last(t)) as string,
    },
  };
}

const times = (t: string): string =>
  `CAST(regexp_extract_all(${t}, '[0-9]+(?:\\.[0-9]+)?') AS DOUBLE[])`;

/** Times of several attempts, `0.010, 0.020 : 0.1`: together they are what the client waited for. */
export function sumOfList(column: Target, unit: "s" | "ms", options: Options = {}): Kind {
  const factor = unit === "s" ? " * 1000" : "";
  return {
    name: "list",
    pattern: list("(?:\\d+(?:\\.\\d+)?|-)"),
    spaces: 0,
    wants: "a list of durations",
    typed: present,
    valid: (c) => `regexp_full_match(${c}, '[0-9.,: -]*') OR ${c} IS NULL`,
    columns: { [column]: (t: string) => `round(list_sum(${times(t)})${factor}, 6)` },
    rank: options.rank ?? 0,
  };
}
