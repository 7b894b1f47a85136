import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { isIP } from "node:net";

/** Who may ask, under which name, and how often. */
export interface GuardOptions {
  /** What a person must know: a random token, or a password. */
  readonly secret: string;
  /** Names that the server goes by, without a port; with none, any address. */
  readonly hosts: readonly string[];
  /** Any IP address is a name of it, too. */
  readonly anyAddress: boolean;
  readonly now: () => number;
}

/** Questions a second of one person, and how many at once. */
const RATE = 20;
const BURST = 60;
/** Wrong secrets a minute, of everybody. */
const GUESSES = 30;
/** People at once. */
const SESSIONS = 100;

interface Bucket {
  left: number;
  at: number;
}

/** Keeps strangers out: by name (DNS rebinding), by secret, by rate. */
export class Guard {
  readonly #secret: Buffer;
  readonly #sessions = new Map<string, Bucket>();
  #guesses: Bucket;

  constructor(readonly options: GuardOptions) {
    this.#secret = digest(options.secret);
    this.#guesses = { left: GUESSES, at: options.now() };
  }

  /** Whether a Host header names this server. */
  knows(host: string | undefined): boolean {
    const name = /^(\[[0-9a-f:.]+\]|[^:[\]]+)(?::\d{1,5})?$/i.exec(host ?? "")?.[1]?.toLowerCase();
    if (name === undefined) return false;
    const bare = name.replace(/^\[|\]$/g, "");
    return this.options.hosts.includes(bare) || (this.options.anyAddress && isIP(bare) > 0);
  }

  /** A new session for who knows the secret; refused are wrong ones, and too many of them. */
  enter(secret: string): { session: string } | { refused: "wrong" | "late" } {
    if (!take(this.#guesses, GUESSES, GUESSES / 60, this.options.now())) return { refused: "late" };
    if (!timingSafeEqual(digest(secret), this.#secret)) return { refused: "wrong" };
    // A right one is no guess.
    this.#guesses.left += 1;
    const session = randomBytes(24).toString("base64url");
    this.#sessions.set(session, { left: BURST, at: this.options.now() });
    const [oldest] = this.#sessions.keys();
    if (this.#sessions.size > SESSIONS && oldest !== undefined) this.#sessions.delete(oldest);
    return { session };
  }

  isIn(session: string | undefined): boolean {
    return session !== undefined && this.#sessions.has(session);
  }

  /** Whether a session may ask one more question now. */
  mayAsk(session: string): boolean {
    const bucket = this.#sessions.get(session);
    return bucket !== undefined && take(bucket, BURST, RATE, this.options.now());
  }
}

const digest = (text: string): Buffer => createHash("sha256").update(text, "utf8").digest();

/** A token bucket: refilled by so many a second, up to `most`. */
function take(bucket: Bucket, most: number, aSecond: number, now: number): boolean {
  bucket.left = Math.min(most, bucket.left + ((now - bucket.at) / 1000) * aSecond);
  bucket.at = now;
  if (bucket.left < 1) return false;
  bucket.left -= 1;
  return true;
}
