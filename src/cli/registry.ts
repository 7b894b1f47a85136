import type { Command } from "./command.js";

/** Every command by name; a command's module is loaded when it is used. */
export const commands: Readonly<Record<string, () => Promise<Command>>> = {
  report: async () => (await import("./commands/report.js")).reportCommand,
  top: async () => (await import("./commands/top.js")).topCommand,
  activity: async () => (await import("./commands/activity.js")).activityCommand,
  compare: async () => (await import("./commands/compare.js")).compareCommand,
  scrapers: async () => (await import("./commands/scrapers.js")).scrapersCommand,
  floods: async () => (await import("./commands/floods.js")).floodsCommand,
  spikes: async () => (await import("./commands/spikes.js")).spikesCommand,
  budget: async () => (await import("./commands/budget.js")).budgetCommand,
  block: async () => (await import("./commands/block.js")).blockCommand,
  stitch: async () => (await import("./commands/stitch.js")).stitchCommand,
  parse: async () => (await import("./commands/parse.js")).parseCommand,
  sql: async () => (await import("./commands/sql.js")).sqlCommand,
  serve: async () => (await import("./commands/serve.js")).serveCommand,
  ingest: async () => (await import("./commands/ingest.js")).ingestCommand,
  pull: async () => (await import("./commands/pull.js")).pullCommand,
  store: async () => (await import("./commands/store.js")).storeCommand,
  check: async () => (await import("./commands/check.js")).checkCommand,
  watch: async () => (await import("./commands/watch.js")).watchCommand,
  alerts: async () => (await import("./commands/alerts.js")).alertsCommand,
  config: async () => (await import("./commands/config.js")).configCommand,
  formats: async () => (await import("./commands/formats.js")).formatsCommand,
};
