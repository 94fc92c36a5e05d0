import { ArenaRunEvent } from '@backstage-arena/plugin-arena-common';
import { NotificationSeverity, RunNotification } from './RunNotification';

/** What a job was last reported to be in. */
export type Trouble = 'none' | 'failing' | 'regressed' | 'budget';

/** What the end of a run means to those who answer for its job. */
export interface NotificationDecision {
  /** What the job is in from now on. */
  trouble: Trouble;
  /** For the owner, or the creator where there is none. */
  owner?: RunNotification;
  /** For the creator, unless they are told as owner. */
  creator?: RunNotification;
}

const MAX_DESCRIPTION = 500;
const WORDS = {
  Succeeded: 'succeeded',
  Failed: 'failed',
  Cancelled: 'was cancelled',
};

/**
 * Decides who is told of the end of a run: of what changed, not of each failure. A pure function of what was told before.
 *
 * - A regression, and a budget that is used up: the owner, once until the job is well again.
 * - A job with a schedule that begins to fail: the owner, once until it is well again.
 * - A job that is well again after any of these: the owner.
 * - A run that somebody started by hand and that went on for long: its creator.
 */
export function decideNotifications(
  event: ArenaRunEvent,
  before: Trouble,
  options: { longRunMs: number },
): NotificationDecision {
  const { run } = event;
  const now = troubleOf(event, before);
  const decision: NotificationDecision = { trouble: now };
  if (now !== before) decision.owner = ofChange(event, now);
  if (!run.scheduled && run.creator && lasted(event) >= options.longRunMs) {
    decision.creator = {
      topic: 'arena-run-ended',
      severity: run.phase === 'Failed' ? 'normal' : 'low',
      title: `${run.jobName} ${WORDS[run.phase]}`,
      ...common(event),
      scope: `arena:run:${run.id}`,
    };
  }
  return decision;
}

function troubleOf({ run }: ArenaRunEvent, before: Trouble): Trouble {
  // It says nothing about the job.
  if (run.phase === 'Cancelled') return before;
  if (run.phase === 'Succeeded') return 'none';
  if (run.reason === 'Regression') return 'regressed';
  if (run.reason === 'BudgetExhausted') return 'budget';
  // Who starts a run by hand looks at it; and a job in trouble is told of already.
  if (!run.scheduled || before !== 'none') return before;
  return 'failing';
}

function ofChange(event: ArenaRunEvent, now: Trouble): RunNotification {
  const { cluster, namespace, series } = event.run;
  const texts: Record<
    Trouble,
    [RunNotification['topic'], NotificationSeverity, string]
  > = {
    regressed: ['arena-regression', 'high', `${series} got worse`],
    budget: ['arena-budget', 'high', `The budget of ${series} is used up`],
    failing: ['arena-failing', 'high', `${series} began to fail`],
    none: ['arena-recovered', 'normal', `${series} is well again`],
  };
  const [topic, severity, title] = texts[now];
  return {
    topic,
    severity,
    title,
    ...common(event),
    scope: `arena:job:${cluster}/${namespace}/${series}`,
  };
}

function common({ run }: ArenaRunEvent) {
  const text = `${run.reason}: ${run.message}`;
  return {
    description:
      text.length > MAX_DESCRIPTION
        ? `${text.slice(0, MAX_DESCRIPTION - 1)}…`
        : text,
    link: run.url,
  };
}

function lasted({ run }: ArenaRunEvent): number {
  if (!run.startedAt) return 0;
  return Date.parse(run.finishedAt) - Date.parse(run.startedAt);
}
