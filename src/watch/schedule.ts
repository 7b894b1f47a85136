import { Cron } from "croner";
import { Problem } from "../problems/problem.js";

/** When something is next due after a time. */
export type Schedule = (after: Date) => Date;

/**
 * A length in milliseconds, `later_ms` after whole multiples of it by the clock in UTC; or a cron expression in a
 * zone, in which hours that clocks skip or repeat are as croner treats them.
 */
export function scheduleOf(
  every: number | string,
  zone: string,
  where: string,
  later_ms = 0,
): Schedule {
  if (typeof every === "number") {
    return (after) => {
      const steps = Math.floor((after.getTime() - later_ms) / every) + 1;
      return new Date(steps * every + later_ms);
    };
  }
  let cron: Cron;
  try {
    cron = new Cron(every, { timezone: zone, paused: true });
  } catch (error) {
    throw badSchedule(every, where, error instanceof Error ? error.message : String(error));
  }
  const [next] = [cron.nextRun()];
  if (next === null) throw badSchedule(every, where, "It never comes");
  return (after) => cron.nextRun(after) ?? new Date(NEVER);
}

/** The last day that dates have. */
const NEVER = 8.64e15;

const badSchedule = (every: string, where: string, why: string): Problem =>
  new Problem({
    code: "bad-schedule",
    what: "This is no schedule",
    where: `${where}: ${every}`,
    why: why.replace(/^CronPattern: /, ""),
    help: "Write a length such as 10m, or five fields of cron such as '*/15 * * * *'",
    exit: 2,
  });

/** Something that is done again and again. */
export interface Job {
  readonly name: string;
  readonly schedule: Schedule;
  run(at: Date): Promise<void>;
}

export interface LoopOptions {
  readonly jobs: readonly Job[];
  readonly now: () => Date;
  /** Waits; ends early when it is aborted. */
  readonly wait: (ms: number) => Promise<void>;
  readonly signal: AbortSignal;
}

/** The longest wait: a clock that is set anew, or a machine that slept, is noticed then. */
const LONGEST = 30_000;

/**
 * Runs jobs when they are due, one at a time: the first of the list, but none twice while another is
 * due; all of them once at the beginning. One that took longer than its interval leaves out what it missed.
 */
export async function loop({ jobs, now, wait, signal }: LoopOptions): Promise<void> {
  const due = new Map<Job, Date>(jobs.map((job) => [job, now()]));
  const timeOf = (job: Job): Date => due.get(job) ?? now();
  let last: Job | undefined;
  while (!signal.aborted) {
    const ready = jobs.filter((job) => timeOf(job) <= now());
    const job = ready.find((one) => one !== last) ?? ready[0];
    if (job === undefined) {
      const next = Math.min(...jobs.map((one) => timeOf(one).getTime()));
      await wait(Math.min(LONGEST, Math.max(0, next - now().getTime())));
    } else {
      await job.run(timeOf(job));
      due.set(job, job.schedule(now()));
      last = job;
    }
  }
}
