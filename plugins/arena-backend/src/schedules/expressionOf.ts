import {
  ArenaJobSpec,
  ObjectKey,
  parseDuration,
} from '@backstage-arena/plugin-arena-common';
import { CronExpression } from '@backstage-arena/plugin-arena-common/schedule';

/** What says when a schedule is due. */
export type Expression = Pick<
  NonNullable<ArenaJobSpec['schedule']>,
  'cron' | 'timezone' | 'jitter'
>;

/** In place of an expression: the job was cancelled, and its schedule is over. */
export const ENDED = 'ended';

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
  return jitter === undefined ? 0 : parseDuration(jitter);
}

/**
 * Reads the cron line of a job. What `H` stands for follows from the job's name.
 *
 * @throws InputError
 */
export function parseCron(
  { namespace, name }: ObjectKey,
  { cron }: Pick<Expression, 'cron'>,
): CronExpression {
  return CronExpression.parse(cron, { seed: `${namespace}/${name}` });
}
