import { ArenaJobSpec } from '@backstage-arena/plugin-arena-common';
import { parseDuration } from '../reconciler/parseDuration';

type Expression = Pick<
  NonNullable<ArenaJobSpec['schedule']>,
  'cron' | 'timezone' | 'jitter'
>;

/** By which a schedule is known again. */
export function expressionOf({ cron, timezone, jitter }: Expression): string {
  return JSON.stringify([cron, timezone, jitter ?? null]);
}

/** Reverse of {@link expressionOf}. */
export function readExpression(text: string): Expression {
  const [cron, timezone, jitter] = JSON.parse(text);
  return { cron, timezone, jitter: jitter ?? undefined };
}

/** Longest delay of a schedule, in milliseconds. */
export function longestJitter({ jitter }: Pick<Expression, 'jitter'>): number {
  return (jitter && parseDuration(jitter)) || 0;
}
