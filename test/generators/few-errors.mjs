import { START, World } from "./incidents.mjs";

/**
 * Two days of a site whose requests hardly ever fail, and on the second so many more errors of one client.
 * @param {number} many
 */
export function fewErrors(many) {
  const world = new World(23, { days: 2, perDay: 400 });
  const ordinary = world
    .ordinary()
    .map((one, at) => ({ ...one, status: at % 200 === 0 ? 404 : 200 }));
  const who = { client: "203.0.113.9", agent: "curl/8.9.1" };
  const failed = Array.from({ length: many }, (_, at) =>
    world.request(START + 86_400 + at * 600, who, { status: 503, path: "/pay" }),
  );
  return [...ordinary, ...failed];
}
