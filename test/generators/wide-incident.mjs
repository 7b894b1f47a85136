/* Two hours of a network load balancer: the second has three times the connections, from fewer clients. */

import { Random } from "../../bench/random.mjs";

const HOLDERS = ["145.57.55.2", "78.58.21.1", "184.25.32.11", "47.2.1.2"];

/** Most of the rise is on port 443 of one domain; a quarter of that are long connections of four clients. */
export function wideIncident(seed = 1) {
  const random = new Random(seed);
  const hour = (
    /** @type {string} */ name,
    /** @type {number} */ count,
    /** @type {number} */ clients,
    /** @type {number} */ share443,
  ) =>
    Array.from({ length: count }, (_, at) => {
      const offset = Math.floor((at * 3598) / count) + 1;
      const clock = new Date(offset * 1000).toISOString().slice(14, 19);
      const time = `2024-10-05T${name}:${clock}`;
      const on443 = random.below(100) < share443;
      const isLong = name === "02" && on443 && random.below(4) === 0;
      const host =
        on443 && (isLong || random.below(10) > 0) ? "api.example.com" : "www.example.com";
      const client = isLong
        ? random.of(HOLDERS)
        : `10.${random.below(3)}.0.${random.below(clients)}`;
      const ms = isLong ? 300_000 + random.below(600_000) : 5 + random.below(4000);
      return (
        `tls 2.0 ${time} net/production/c6e77e28c25b2234 g3d4b5e8bb8464cd ${client}:51341 ` +
        `172.100.100.185:${on443 ? 443 : 8080} ${ms} 2 98 246 - - - ECDHE-RSA-AES128-SHA tlsv12 - ` +
        `${host} h2 h2 "h2","http/1.1" ${time}\n`
      );
    });
  return [...hour("01", 1000, 40, 60), ...hour("02", 3000, 20, 85)].join("");
}
