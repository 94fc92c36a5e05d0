import { FireOutcome } from '@backstage-arena/plugin-arena-common';

/** What a schedule says besides its cron line. */
export interface ScheduleRules {
  concurrencyPolicy: 'Allow' | 'Forbid' | 'Replace';
  catchUp: 'none' | 'latest' | 'all';
  startingDeadlineSeconds?: number;
}

const ON_TIME_MS = 60_000;
const MOST_CAUGHT_UP = 100;

/**
 * Says what must become of every time at which a schedule is due, by the rules of docs/schedules.md: it knows all times in advance, and judges each on
 * its own whenever somebody looks.
 */
export class ScheduleOracle {
  readonly outcomes = new Map<number, FireOutcome>();
  private readonly running = new Set<number>();
  private isSuspended = false;
  /** It was suspended at some time since it was looked at last. */
  private wasSuspended = false;
  /** The time for which a run was cancelled. */
  private promised: number | undefined;
  private firstOpen = 0;
  private due: readonly number[];
  /** What was due until then has its outcome. */
  private handledUntil = 0;

  /** @param due - times, in order */
  constructor(due: readonly number[], private readonly rules: ScheduleRules) {
    this.due = due;
  }

  /**
   * Its line or its time zone is another one from now on, or it is over: nothing is started any more of what was due before.
   *
   * @param due - all times by the new one, in order
   */
  change(due: readonly number[], now: number): void {
    for (const at of this.open(now)) {
      this.settle(at, this.isSuspended ? 'Suspended' : 'Missed');
    }
    this.handledUntil = Math.max(this.handledUntil, now);
    this.due = due.filter(at => at > this.handledUntil);
    this.firstOpen = 0;
    this.promised = undefined;
  }

  suspend(isSuspended: boolean): void {
    this.isSuspended = isSuspended;
    this.wasSuspended ||= isSuspended;
  }

  /** The run that was started for a time has ended. */
  end(at: number): void {
    this.running.delete(at);
  }

  /** The next time at which it is due, from what is open on. */
  next(now: number): number {
    let n = this.firstOpen;
    while (this.due[n] <= now) n += 1;
    return this.due[n] ?? Infinity;
  }

  /** Somebody looks, until there is nothing left to do. */
  look(now: number): void {
    while (this.lookOnce(now));
  }

  /** @returns whether a run was started */
  private lookOnce(now: number): boolean {
    const open = this.open(now);
    for (const [index, at] of open.entries()) {
      const verdict = this.judge(at, open.length - 1 - index, now);
      if (verdict === 'wait') return false;
      this.settle(at, verdict);
      if (verdict === 'Started') {
        this.running.add(at);
        return true;
      }
    }
    this.wasSuspended = this.isSuspended;
    return false;
  }

  private settle(at: number, outcome: FireOutcome): void {
    this.outcomes.set(at, outcome);
    this.handledUntil = Math.max(this.handledUntil, at);
  }

  private open(now: number): number[] {
    while (this.outcomes.has(this.due[this.firstOpen])) this.firstOpen += 1;
    const open: number[] = [];
    for (let n = this.firstOpen; this.due[n] <= now; n += 1) {
      open.push(this.due[n]);
    }
    return open;
  }

  /** @param later - how many later ones are due as well */
  private judge(at: number, later: number, now: number): FireOutcome | 'wait' {
    const { concurrencyPolicy, catchUp } = this.rules;
    const { startingDeadlineSeconds = Infinity } = this.rules;
    const lateMs = at === this.promised ? 0 : now - at;
    if (this.isSuspended || this.wasSuspended) return 'Suspended';
    if (later >= MOST_CAUGHT_UP) return 'Missed';
    if (lateMs > startingDeadlineSeconds * 1_000) return 'DeadlineExceeded';
    if (lateMs > ON_TIME_MS && catchUp === 'none') return 'Missed';
    if (later > 0 && catchUp !== 'all') return 'Missed';
    if (this.running.size === 0 || concurrencyPolicy === 'Allow') {
      return 'Started';
    }
    if (lateMs > ON_TIME_MS && catchUp === 'all') return 'wait';
    if (concurrencyPolicy === 'Forbid') return 'Forbidden';
    this.promised = at;
    return 'wait';
  }
}
