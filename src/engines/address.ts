import { Exit, Problem } from "../problems/problem.js";

/** What `--engine` says, without its secrets. */
export interface EngineAddress {
  /** `trino`, `trinos`, `athena`, `clickhouse`, `clickhouses`. */
  readonly scheme: string;
  readonly host: string;
  readonly port: string;
  readonly user: string;
  readonly password: string;
  /** The parts of the path. */
  readonly path: readonly string[];
  readonly options: ReadonlyMap<string, string>;
}

/** Reads `scheme://user@host:port/a/b?option=value`; anything else is a Problem. */
export function engineAddress(text: string): EngineAddress {
  let url: URL;
  try {
    url = new URL(text);
  } catch (cause) {
    throw badAddress(text, "It is no URL", cause);
  }
  const decode = (part: string): string => {
    try {
      return decodeURIComponent(part);
    } catch (cause) {
      throw badAddress(text, `${part} has a broken escape`, cause);
    }
  };
  return {
    scheme: url.protocol.replace(/:$/, ""),
    host: url.hostname,
    port: url.port,
    user: decode(url.username),
    password: decode(url.password),
    path: url.pathname
      .split("/")
      .filter((part) => part !== "")
      .map(decode),
    options: new Map(url.searchParams),
  };
}

/** An address without its password, for messages and for commands that findings print. */
export const withoutPassword = (text: string): string =>
  text.replace(/^((?:[a-z]+:\/\/)?[^:@/]*):(?!\/\/).*@/i, "$1@");

export const badAddress = (text: string, why: string, cause?: unknown): Problem =>
  new Problem({
    code: "bad-engine",
    what: "This is no address of an engine",
    where: `--engine ${withoutPassword(text)}`,
    why,
    help: "trino://user@host:8080/catalog/schema, clickhouse://user@host:8123/database, athena://database?workgroup=primary&output=s3://bucket/prefix",
    exit: Exit.usage,
    cause,
  });

/** The name of the registered table. */
export const tableOf = ({ options }: EngineAddress): string => options.get("table") ?? "requests";

/** The names in `?scratch=catalog.schema`, at most so many; undefined where it is not there. */
export function scratchOf(
  text: string,
  { options }: EngineAddress,
  most: number,
): readonly string[] | undefined {
  const names = options.get("scratch")?.split(".");
  if (names === undefined || (names.length <= most && !names.includes(""))) return names;
  throw badAddress(text, `scratch=${names.join(".")} is no schema`);
}

/** Refuses options that an engine does not know. */
export function onlyOptions(
  text: string,
  { options }: EngineAddress,
  known: readonly string[],
): void {
  const other = [...options.keys()].find((name) => !known.includes(name));
  if (other === undefined) return;
  throw badAddress(text, `It has no option ${other}; it knows ${known.join(", ")}`);
}
