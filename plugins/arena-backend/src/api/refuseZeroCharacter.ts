import { InputError } from '@backstage/errors';
import { RequestHandler } from 'express';

/** Refuses addresses with a character that no name has and PostgreSQL takes in no text, whichever table would be asked for it. */
export function refuseZeroCharacter(): RequestHandler {
  return ({ url }, _res, next) => {
    next(
      url.includes('%00')
        ? new InputError('The address has a zero character (%00)')
        : undefined,
    );
  };
}
