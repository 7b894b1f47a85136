import path from "node:path";
import type { EnrichmentFiles } from "../enrichment/enrich.js";
import { loadConfig, type ConfigFlags } from "./config/find.js";
import type { Flag } from "./flags.js";
import type { Io } from "./io.js";

export interface EnrichmentFlags extends ConfigFlags {
  readonly owners?: readonly string[];
  readonly mmdb?: readonly string[];
}

export const enrichmentFlags: readonly Flag[] = [
  {
    flags: "--owners <file>",
    group: "Logs",
    about: "whose addresses are whose: CSV lines RANGE,NAME; fills the column owner",
    repeat: true,
  },
  {
    flags: "--mmdb <file>",
    group: "Logs",
    about: "a MaxMind database; fills country, asn and as_org",
    repeat: true,
  },
];

/** The tables and databases that flags name, else those of the configuration. */
export async function enrichmentFiles(flags: EnrichmentFlags, io: Io): Promise<EnrichmentFiles> {
  const loaded = await loadConfig(flags, io);
  const folder = loaded === undefined ? io.cwd : path.dirname(loaded.file);
  const files = (named: readonly string[] | undefined, configured: string | string[] = []) =>
    named?.map((name) => path.resolve(io.cwd, name)) ??
    [configured].flat().map((name) => path.resolve(folder, name));
  return {
    owners: files(flags.owners, loaded?.config.owners),
    mmdb: files(flags.mmdb, loaded?.config.mmdb),
  };
}
