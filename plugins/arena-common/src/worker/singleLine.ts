import { z } from 'zod/v4';

const CONTROL = /\p{Cc}/u;

/** A name that a worker chooses: it stands in messages, logs and columns, so that it has no line breaks and no zero characters. */
export function singleLine(maxLength: number) {
  return z
    .string()
    .max(maxLength)
    .refine(
      text => !CONTROL.test(text),
      'control characters and line breaks are not allowed',
    );
}
