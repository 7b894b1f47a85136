import type { GetIPSetCommandOutput, IPSetSummary, WAFV2Client } from "@aws-sdk/client-wafv2";
import { setTimeout as pause } from "node:timers/promises";
import { Exit, Problem } from "../../problems/problem.js";
import { WAF_ENTRIES, wafSet } from "../blocklists/aws-waf.js";
import { integer } from "../numbers.js";
import { merge, type Change, type Wanted } from "./apply.js";

export interface WafSettings {
  readonly scope: "REGIONAL" | "CLOUDFRONT";
  /** The IP sets by version; those with culprit's own names are made when they are missing. */
  readonly names: Readonly<Record<4 | 6, string>>;
  readonly profile?: string;
  readonly region?: string;
  readonly endpoint?: string;
  readonly signal?: AbortSignal;
  /** Only say what would be done. */
  readonly dryRun: boolean;
}

type Sdk = typeof import("@aws-sdk/client-wafv2");

/** Somebody else changed the set between reading and writing: read again. WAF takes one change a second. */
const ATTEMPTS = 5;
const PAUSE_MS = 1000;

/**
 * Puts entries into IP sets, and takes others out, by GetIPSet, merge, UpdateIPSet with the lock token:
 * https://docs.aws.amazon.com/waf/latest/APIReference/API_UpdateIPSet.html replaces the whole list.
 */
export async function applyToWaf(
  wanted: Readonly<Record<4 | 6, Wanted>>,
  settings: WafSettings,
): Promise<Change[]> {
  // The SDK would print on each run which versions of Node its future needs.
  process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";
  const sdk = await import("@aws-sdk/client-wafv2").catch((cause: unknown) => {
    throw new Problem({
      code: "aws-sdk-missing",
      what: "AWS WAF is reached through the AWS SDK, which is not installed",
      where: "--apply",
      help: "npm install @aws-sdk/client-wafv2, or install culprit without --omit=optional",
      exit: Exit.usage,
      cause,
    });
  });
  const { scope, profile, endpoint } = settings;
  // Sets for CloudFront live in one region only.
  const region = scope === "CLOUDFRONT" ? "us-east-1" : settings.region;
  const client = new sdk.WAFV2Client({
    maxAttempts: 8,
    ...(region === undefined ? {} : { region }),
    ...(profile === undefined ? {} : { profile }),
    ...(endpoint === undefined ? {} : { endpoint }),
  });
  const changeBoth = async (dryRun: boolean): Promise<Change[]> => {
    const waf = new Waf(sdk, client, { ...settings, dryRun });
    const changes: Change[] = [];
    for (const version of [4, 6] as const) {
      const change = await waf.change(version, wanted[version]);
      if (change !== undefined) changes.push(change);
    }
    return changes;
  };
  try {
    // What cannot be done to one set is found before the other is changed.
    const changes = await changeBoth(true);
    return settings.dryRun ? changes : await changeBoth(false);
  } finally {
    client.destroy();
  }
}

class Waf {
  constructor(
    readonly sdk: Sdk,
    readonly client: WAFV2Client,
    readonly settings: WafSettings,
  ) {}

  async change(version: 4 | 6, wanted: Wanted): Promise<Change | undefined> {
    if (wanted.add.length + wanted.remove.length === 0) return undefined;
    const name = this.settings.names[version];
    const found = await this.#find(name);
    if (found === undefined) return this.#create(version, name, wanted);
    for (let attempt = 1; ; attempt++) {
      const change = await this.#update(version, found, wanted, attempt);
      if (change !== undefined) return change;
      await pause(PAUSE_MS * (1 + Math.random()), undefined, { signal: this.settings.signal });
    }
  }

  /** The change; undefined when somebody else was faster. */
  async #update(
    version: 4 | 6,
    { Id, Name = "" }: IPSetSummary,
    wanted: Wanted,
    attempt: number,
  ): Promise<Change | undefined> {
    const { sdk, settings } = this;
    const key = { Id, Name, Scope: settings.scope };
    const answer: GetIPSetCommandOutput = await this.#ask("wafv2:GetIPSet", Name, (options) =>
      this.client.send(new sdk.GetIPSetCommand(key), options),
    );
    const { IPSet: set, LockToken: token } = answer;
    if (set?.IPAddressVersion !== `IPV${String(version)}`) {
      throw new Problem({
        code: "waf-version",
        what: `The IP set ${Name} holds ${set?.IPAddressVersion ?? "nothing"}, and not IPv${String(version)}`,
        where: `--ip-set ${Name}`,
        help: "AWS WAF keeps the versions in two sets: name one that ends in -ipv4 and one in -ipv6",
        exit: Exit.usage,
      });
    }
    const { change, next } = merge(this.#place(Name), set.Addresses ?? [], wanted);
    if (next === undefined) return change;
    checkCount(Name, next.length);
    if (settings.dryRun) return change;
    try {
      await this.#ask("wafv2:UpdateIPSet", Name, (options) =>
        this.client.send(
          new sdk.UpdateIPSetCommand({
            ...key,
            LockToken: token,
            Addresses: [...next],
            ...(set.Description ? { Description: set.Description } : {}),
          }),
          options,
        ),
      );
      return change;
    } catch (error) {
      const cause = error instanceof Problem ? error.cause : error;
      if (!(cause instanceof sdk.WAFOptimisticLockException) || attempt >= ATTEMPTS) throw error;
      return undefined;
    }
  }

  async #create(version: 4 | 6, name: string, { add }: Wanted): Promise<Change | undefined> {
    if (add.length === 0) return undefined;
    if (name !== wafSet[version]) {
      throw new Problem({
        code: "waf-no-set",
        what: `There is no IP set ${name} in this account and region`,
        where: `--ip-set ${name}`,
        help: "Name one that is there, or leave --ip-set out: culprit then makes its own",
        exit: Exit.usage,
      });
    }
    checkCount(name, add.length);
    const { sdk, settings } = this;
    if (!settings.dryRun) {
      await this.#ask("wafv2:CreateIPSet", name, (options) =>
        this.client.send(
          new sdk.CreateIPSetCommand({
            Name: name,
            Scope: settings.scope,
            IPAddressVersion: `IPV${version}`,
            Addresses: [...add],
            Description: "Made by culprit block",
          }),
          options,
        ),
      );
    }
    const { change } = merge(this.#place(name), [], { add, remove: [] });
    return { ...change, created: true };
  }

  async #find(name: string): Promise<IPSetSummary | undefined> {
    let marker: string | undefined;
    do {
      const answer = await this.#ask("wafv2:ListIPSets", name, (options) =>
        this.client.send(
          new this.sdk.ListIPSetsCommand({
            Scope: this.settings.scope,
            Limit: 100,
            ...(marker === undefined ? {} : { NextMarker: marker }),
          }),
          options,
        ),
      );
      const found = answer.IPSets?.find((set) => set.Name === name);
      if (found !== undefined) return found;
      marker = (answer.IPSets?.length ?? 0) === 0 ? undefined : answer.NextMarker;
    } while (marker !== undefined);
    return undefined;
  }

  #place(name: string): string {
    return `AWS WAF ${this.settings.scope} ${name}`;
  }

  async #ask<T>(
    action: string,
    name: string,
    send: (options: { abortSignal?: AbortSignal }) => Promise<T>,
  ): Promise<T> {
    const { signal } = this.settings;
    try {
      return await send(signal === undefined ? {} : { abortSignal: signal });
    } catch (cause) {
      signal?.throwIfAborted();
      const why = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
      const denied = /AccessDenied|UnauthorizedOperation/.test(why);
      throw new Problem({
        code: denied ? "waf-denied" : "waf-failed",
        what: denied ? `AWS does not allow ${action}` : "AWS WAF did not answer as it should",
        where: this.#place(name),
        why,
        help: denied
          ? `Grant ${action} on the IP set (docs/block.md has the whole policy)`
          : "Look at the credentials, --region, --scope and --endpoint, then run again",
        exit: Exit.input,
        cause,
      });
    }
  }
}

function checkCount(name: string, count: number): void {
  if (count <= WAF_ENTRIES) return;
  throw new Problem({
    code: "block-list-too-long",
    what: `The IP set ${name} would have ${integer(count)} entries, and takes ${integer(WAF_ENTRIES)}`,
    where: `--ip-set ${name}`,
    help: "Ask for less with --entries or a lower --target, or take out what others put in",
    exit: Exit.usage,
  });
}
