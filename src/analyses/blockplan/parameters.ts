/** Every threshold of a block plan. */
export const BLOCK = {
  /**
   * Answers by which somebody was refused already: they are neither harm nor evidence, or a block list
   * would feed on its own work (aws-waf-security-automations, issue 44). 444 is nginx's closed door.
   */
  refusals: [403, 429, 444, 503],
  /** One IPv6 client has a /64 (RFC 6177, RFC 7934), and any address in it. */
  ipv6Unit: 64,
  /**
   * A block is taken for its addresses where so many of them did harm, and so large a part of it: two
   * neighbours, or eight in a /24. Wider ones than `widest` never are.
   */
  range: {
    4: { close: { least: 2, share: 1 / 2 }, loose: { least: 8, share: 1 / 32 }, widest: 16 },
    6: { close: { least: 2, share: 1 / 2 }, loose: { least: 4, share: 1 / 512 }, widest: 44 },
  },
  /** With more of the harm in one address, it is that address and not the block. */
  dominance: 0.5,
  /** Requests of others in a block, as a part of its harm; none of theirs may look like a person's. */
  collateral: 0.005,
  /** A client is like a person when it loads what pages need, or comes from pages: `scrapers`' signs. */
  people: { requests: 3, assets: 0.4, referred: 0.5 },
  /** Clients beside the accused that are listed with their names. */
  named: 50,
  /** A reason has at most so many characters: nftables takes 127 bytes. */
  reason: 110,
} as const;
