import { InputError } from '@backstage/errors';
import { RunItemOrder } from '@backstage-arena/plugin-arena-common';
import { z } from 'zod/v4';

const cursorSchema = z.object({
  /** Column that orders the list. */
  by: z.string(),
  desc: z.boolean(),
  /** Its value in the last row of the page before. */
  value: z.number(),
  index: z.int().min(0),
});

/** Where a page of items ended. */
export type ItemsCursor = z.infer<typeof cursorSchema>;

export function encodeCursor(cursor: ItemsCursor): string {
  return Buffer.from(JSON.stringify(cursor)).toString('base64url');
}

/** @throws InputError when the text is not a cursor, or is one of another order. */
export function decodeCursor(
  text: string,
  expected: { by: RunItemOrder; desc: boolean },
): ItemsCursor {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch {
    value = undefined;
  }
  const parsed = cursorSchema.safeParse(value);
  if (!parsed.success) {
    throw new InputError(
      `cursor: '${text.slice(0, 100)}' is not a cursor of a list of items`,
    );
  }
  if (parsed.data.by !== expected.by || parsed.data.desc !== expected.desc) {
    throw new InputError(
      `cursor: it belongs to a list ordered by ${parsed.data.by} ${
        parsed.data.desc ? 'desc' : 'asc'
      }, not by ${expected.by} ${expected.desc ? 'desc' : 'asc'}`,
    );
  }
  return parsed.data;
}
