import { InputError } from '@backstage/errors';

/** Reads a resourceVersion that a caller sent. @throws InputError */
export function parseResourceVersion(value: string, field: string): number {
  const version = Number(value);
  if (!/^\d{1,16}$/.test(value) || !Number.isSafeInteger(version)) {
    throw new InputError(
      `${field}: Invalid value: "${value}": must be a version that this server gave out, a decimal number`,
    );
  }
  return version;
}
