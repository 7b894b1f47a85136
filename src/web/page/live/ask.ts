/** What the server refused, in the words of the command line. */
export class Refused extends Error {
  constructor(
    message: string,
    readonly status: number,
  ) {
    super(message);
  }
}

/** Asks the server and reads its JSON; `signal` ends a question that is out of date. */
export async function ask<T>(path: string, signal?: AbortSignal, body?: unknown): Promise<T> {
  const response = await fetch(path, {
    ...(signal && { signal }),
    ...(body !== undefined && {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    }),
  });
  // An answer that is broken off is none.
  if (response.ok) return (await response.json()) as T;
  const answer = (await response.json().catch(() => ({}))) as { problem?: string };
  throw new Refused(answer.problem ?? `The server answered ${response.status}`, response.status);
}

/** Filters as the server reads them. */
export const filtersQuery = (where: readonly string[]): string =>
  new URLSearchParams(where.map((one) => ["w", one])).toString();
