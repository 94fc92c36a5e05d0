import { InputError } from '@backstage/errors';
import { z } from 'zod/v4';

const cursorSchema = z.object({
  scenarioIndex: z.int().min(0),
  providerIndex: z.int().min(0),
});

/** The last cell of a page of statistics. */
export type StatisticsCursor = z.infer<typeof cursorSchema>;

export function encodeStatisticsCursor(cursor: StatisticsCursor): string {
  return Buffer.from(JSON.stringify(cursor)).toString('base64url');
}

/** @throws InputError when the text is not a cursor of this list. */
export function decodeStatisticsCursor(text: string): StatisticsCursor {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch {
    value = undefined;
  }
  const parsed = cursorSchema.safeParse(value);
  if (!parsed.success) {
    throw new InputError(
      `cursor: '${text.slice(0, 100)}' is not a cursor of a list of statistics`,
    );
  }
  return parsed.data;
}
