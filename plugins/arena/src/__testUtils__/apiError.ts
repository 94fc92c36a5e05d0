import { FieldCause } from '@backstage-arena/plugin-arena-common';

/** An error in the shape in which the client throws what the server answered. */
export function apiError(
  statusCode: number,
  name: string,
  message: string,
  causes?: FieldCause[],
): Error {
  return Object.assign(
    new Error(`Request failed with ${statusCode} ${name}, ${message}`),
    {
      name: 'ResponseError',
      statusCode,
      statusText: name,
      body: {
        error: { name, message, causes },
        response: { statusCode },
      },
    },
  );
}
