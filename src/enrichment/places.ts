import type { CountryResponse, AsnResponse, Reader, Response } from "maxmind";
import { Exit, Problem } from "../problems/problem.js";

/** Where an address is, and whose network it is of, as a database of the user says. */
export interface Origin {
  readonly country: string | null;
  readonly asn: number | null;
  readonly as_org: string | null;
}

/**
 * Opens MaxMind databases (`.mmdb`) of countries, cities or networks; of several, the first that knows
 * something of an address says it. They are read into memory.
 */
export async function openOrigins(files: readonly string[]): Promise<(address: string) => Origin> {
  const { open } = await import("maxmind");
  const readers = await Promise.all(
    files.map((file) =>
      open<Response>(file).catch((error: Error) => {
        throw unreadable(file, error);
      }),
    ),
  );
  return (address) => {
    const found = readers.map((reader) => look(reader, address));
    return {
      country: found.find(({ country }) => country !== null)?.country ?? null,
      asn: found.find(({ asn }) => asn !== null)?.asn ?? null,
      as_org: found.find(({ as_org }) => as_org !== null)?.as_org ?? null,
    };
  };
}

/** A database of one kind has no fields of the others. */
type Fields = Partial<CountryResponse & AsnResponse>;

function look(reader: Reader<Response>, address: string): Origin {
  const found: Fields | null = reader.get(address);
  return {
    country: found?.country?.iso_code ?? found?.registered_country?.iso_code ?? null,
    asn: found?.autonomous_system_number ?? null,
    as_org: found?.autonomous_system_organization ?? null,
  };
}

const unreadable = (where: string, { message }: Error): Problem =>
  new Problem({
    code: "bad-mmdb",
    what: "The database of addresses cannot be read",
    where,
    why: message,
    help: "--mmdb takes MaxMind's binary format, such as GeoLite2-Country.mmdb or an ASN database",
    exit: Exit.usage,
  });
