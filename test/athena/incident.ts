/** One connection to a network load balancer. */
export interface Connection {
  readonly created: string;
  readonly client: string;
  readonly port: number;
  readonly domain: string;
  readonly durationMs: number;
}

export const DAY = "2024/10/05";
export const DOMAIN = "api.XXX.com";
/** Before the incident, and during it. */
export const HOURS = ["01", "02"] as const;
export type Hour = (typeof HOURS)[number];

/** Clients whose connections last longer than five minutes during the incident. */
export const LONG = ["145.57.55.2", "78.58.21.1", "184.25.32.11", "47.2.1.2"];

/** Numbers that look random and are the same every time. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/**
 * An incident: three times the connections of the hour before, from fewer clients, all the more on
 * port 443 of one domain, and four clients whose connections last for minutes.
 */
export function incident(): Connection[] {
  const random = numbers(5);
  const hour = (name: Hour, count: number, clients: number, share443: number): Connection[] =>
    Array.from({ length: count }, (_, index) => {
      const offset = Math.floor((index * 3598) / count) + 1;
      const on443 = random(100) < share443;
      const isLong = name === "02" && on443 && random(4) === 0;
      const domain = on443 && (isLong || random(10) > 0) ? DOMAIN : "www.XXX.com";
      return {
        created: `2024-10-05T${name}:${two(Math.floor(offset / 60))}:${two(offset % 60)}`,
        client: isLong
          ? (LONG[random(LONG.length)] as string)
          : `10.${random(3)}.0.${random(clients)}`,
        port: on443 ? 443 : 8080,
        domain,
        durationMs: isLong ? 300_000 + random(600_000) : 5 + random(4000),
      };
    });
  return [...hour("01", 1000, 40, 60), ...hour("02", 3000, 20, 85)];
}

const two = (value: number): string => String(value).padStart(2, "0");

/** The line that the load balancer writes when a connection ends. */
export function line({ created, client, port, domain, durationMs }: Connection): string {
  const end = new Date(Date.parse(`${created}Z`) + durationMs).toISOString().slice(0, 19);
  return (
    `tls 2.0 ${end} net/production/c6e77e28c25b2234 g3d4b5e8bb8464cd ${client}:51341 ` +
    `172.100.100.185:${port} ${durationMs} 2 98 246 - ` +
    `arn:aws:acm:eu-west-1:671290407336:certificate/2a108f19 - ECDHE-RSA-AES128-SHA tlsv12 - ` +
    `${domain} h2 h2 "h2","http/1.1" ${created}`
  );
}
