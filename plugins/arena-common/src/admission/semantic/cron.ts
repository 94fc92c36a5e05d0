import { InputError } from '@backstage/errors';
import { CronExpression, scheduledFires } from '../../schedule';

/**
 * Why a text is no schedule, or undefined when it is one that fires.
 *
 * @internal
 */
export function cronProblem(text: string): string | undefined {
  let expression: CronExpression;
  try {
    expression = CronExpression.parse(text);
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
  // What H stands for is known once the job has a name.
  if (/(^|[\s,])H/i.test(text)) return undefined;
  // Whether there is such a date has nothing to do with the zone.
  const fires = scheduledFires({
    expression,
    timezone: 'UTC',
    from: new Date(),
  });
  return fires.next().done ? 'never fires: there is no such date' : undefined;
}
