import {
  ConflictError,
  InputError,
  NotAllowedError,
  NotFoundError,
  ResponseError,
} from '@backstage/errors';
import { FieldCause } from '@backstage-arena/plugin-arena-common';

const ERRORS = {
  400: InputError,
  401: NotAllowedError,
  403: NotAllowedError,
  404: NotFoundError,
  409: ConflictError,
  422: InputError,
};

/** Runs an action's work; what the API refuses becomes an error that its caller is shown, each invalid field by name. */
export async function asActionError<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!ResponseError.is(error)) throw error;
    const Class = ERRORS[error.statusCode as keyof typeof ERRORS];
    if (!Class) throw error;
    const { causes } = error.body.error as { causes?: FieldCause[] };
    throw new Class(
      causes?.map(({ field, message }) => `${field}: ${message}`).join('; ') ??
        error.cause.message,
    );
  }
}
