import { createHash } from "node:crypto";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Notification } from "../alerts/alert.js";
import type { Channel } from "../alerts/channel.js";
import type { ChannelConfig } from "../alerts/channel-config.js";
import { openChannel } from "../alerts/channels/registry.js";
import { deliver, type Delivery } from "../alerts/outbox.js";
import { DELIVERY } from "../alerts/parameters.js";
import { StateFolder } from "../alerts/state-file.js";
import type { State } from "../alerts/state.js";
import { nearest } from "../outputs/nearest.js";
import { Problem } from "../problems/problem.js";
import { Folder } from "../store/folder.js";
import type { Rule } from "../watch/rule.js";
import { loadConfig, type Loaded } from "./config/find.js";
import type { Io } from "./io.js";
import { resolved, ruleOf } from "./rules.js";
import { storeOf, type StoreFlags } from "./store.js";
import { TRANSFER, transferRule } from "./transfer.js";

export interface AlertFlags extends StoreFlags {
  readonly state?: string;
}

/** What is watched, who is told, and where that is remembered. */
export interface Alerting {
  readonly rules: readonly Rule[];
  readonly channels: Readonly<Record<string, ChannelConfig>>;
  /** Folder that relative names of the configuration start from. */
  readonly folder: string;
  readonly state: StateFolder;
  readonly loaded: Loaded | undefined;
}

/** Reads the rules that are asked for, all when none are, and the channels. */
export async function alertingOf(
  names: readonly string[],
  flags: AlertFlags,
  io: Io,
): Promise<Alerting> {
  const loaded = await loadConfig(flags, io);
  const folder = loaded === undefined ? io.cwd : path.dirname(loaded.file);
  const { channels = {}, rules: written = [], sources = [] } = loaded?.config ?? {};
  const context = { folder, sources: resolved(sources, folder), channels: Object.keys(channels) };
  const rules = written.map((rule) => ruleOf(rule, context));
  const state = new StateFolder(await stateFolder(flags, loaded, io));
  const isTransfer = names.includes(TRANSFER) && !rules.some(({ name }) => name === TRANSFER);
  const built = isTransfer ? transferRule(io) : undefined;
  const own = built === undefined ? rules : [...rules, built.rule];
  return {
    rules: names.length === 0 ? own : names.map((name) => ruleNamed(name, own)),
    channels: { ...built?.channels, ...channels },
    folder,
    state,
    loaded,
  };
}

function ruleNamed(name: string, rules: readonly Rule[]): Rule {
  const found = rules.find((rule) => rule.name === name);
  if (found !== undefined) return found;
  const known = rules.map((rule) => rule.name);
  const guess = nearest(name, [...known, TRANSFER]);
  throw new Problem({
    code: "unknown-rule",
    what: `There is no rule ${JSON.stringify(name)}`,
    why: known.length === 0 ? "No rules are configured" : `There are ${known.join(", ")}`,
    help:
      guess === undefined
        ? "Rules stand under rules: in culprit.yaml (docs/watch.md)"
        : `Did you mean culprit check ${guess}?`,
    exit: 2,
  });
}

/** `--state`, else beside the store, else in the user's folder for such things, apart for each configuration. */
async function stateFolder(flags: AlertFlags, loaded: Loaded | undefined, io: Io): Promise<string> {
  if (flags.state !== undefined) return path.resolve(io.cwd, flags.state);
  const store = await storeIf(flags, io);
  if (store instanceof Folder) return path.join(store.name, "alerts");
  const { XDG_STATE_HOME = "", HOME = "" } = io.env;
  const base = path.isAbsolute(XDG_STATE_HOME)
    ? XDG_STATE_HOME
    : HOME === ""
      ? path.join(io.cwd, ".culprit")
      : path.join(HOME, ".local", "state");
  const name = loaded === undefined ? "alerts" : `alerts-${short(loaded.file)}`;
  return path.join(base, "culprit", name);
}

const short = (text: string): string =>
  createHash("sha256").update(text).digest("hex").slice(0, 12);

/** The store, if one is named anywhere. */
export async function storeIf(
  flags: StoreFlags,
  io: Io,
): Promise<Awaited<ReturnType<typeof storeOf>> | undefined> {
  try {
    return await storeOf(flags, io);
  } catch (error) {
    if (error instanceof Problem && error.code === "no-source") return undefined;
    throw error;
  }
}

/** The channels of a configuration, each opened when it is first needed. */
export class Channels {
  readonly #open = new Map<string, Promise<Channel>>();

  constructor(
    readonly alerting: Pick<Alerting, "channels" | "folder">,
    readonly io: Io,
  ) {}

  /** A Problem when the channel's secret is missing or wrong in form. */
  async of(name: string): Promise<Channel | undefined> {
    const config = this.alerting.channels[name];
    if (config === undefined) return undefined;
    const known = this.#open.get(name);
    if (known !== undefined) return known;
    const { env, signal } = this.io;
    const context = {
      env,
      folder: this.alerting.folder,
      timeout_ms: DELIVERY.timeout_ms,
      signal,
    };
    const opened = openChannel(name, config, context);
    this.#open.set(name, opened);
    return opened;
  }

  async send(notification: Notification): Promise<Delivery> {
    try {
      const channel = await this.of(notification.channel);
      if (channel === undefined) {
        return { outcome: "refused", reason: "the configuration has no such channel any more" };
      }
      return await channel.send(notification);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      return { outcome: "retry", reason: `${error.message}: ${error.why ?? ""}` };
    }
  }
}

/** Waits between the attempts of one run, and the longest that it waits when it is asked to. */
const WAITS = [1000, 3000];
const LONGEST_WAIT = 30_000;

/** What happens once a day is tried more than once a day: some times in this run, then in the next. */
async function sendPatiently(
  channels: Channels,
  notification: Notification,
  waits: readonly number[],
  signal: AbortSignal,
): Promise<Delivery> {
  const delivery = await channels.send(notification);
  const [wait = 0, ...others] = waits;
  const ms = delivery.outcome === "retry" ? (delivery.after_ms ?? wait) : 0;
  if (delivery.outcome !== "retry" || waits.length === 0 || ms > LONGEST_WAIT) return delivery;
  await sleep(ms, undefined, { signal }).catch(() => {});
  return signal.aborted ? delivery : sendPatiently(channels, notification, others, signal);
}

/** Sends what waits, and remembers what became of it; `once` leaves further attempts to later. */
export const deliverAll = (
  state: State,
  folder: StateFolder,
  channels: Channels,
  io: Io,
  once: boolean,
): Promise<State> =>
  deliver(state, {
    send: (notification) => sendPatiently(channels, notification, once ? [] : WAITS, io.signal),
    save: (next) => folder.save(next),
    now: io.now,
    pause: (ms) => sleep(ms),
    signal: io.signal,
  });
