import { InputError } from '@backstage/errors';
import { Request } from 'express';
import { pipeline, Readable, Transform } from 'node:stream';
import * as zlib from 'node:zlib';
import { z } from 'zod/v4';
import { PayloadTooLargeError } from './PayloadTooLargeError';

const MAX_PROBLEMS = 5;
const BODY_IDLE_MS = 30_000;

/** Reads a small body of a request and parses it as JSON. */
export async function readJsonBody<T>(
  request: Request,
  schema: z.ZodType<T>,
  maxBytes: number,
): Promise<T> {
  return parseBody(await readBytes(request, maxBytes), schema);
}

/**
 * Parses and validates.
 *
 * @throws InputError naming the fields that are wrong.
 */
export function parseBody<T>(body: Buffer, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(parseJson(body));
  if (parsed.success) return parsed.data;
  const { issues } = parsed.error;
  const problems = issues
    .slice(0, MAX_PROBLEMS)
    .map(issue => `${pathOf(issue.path) || 'body'}: ${issue.message}`);
  if (issues.length > MAX_PROBLEMS) {
    problems.push(`and ${issues.length - MAX_PROBLEMS} more`);
  }
  throw new InputError(`The body is not valid: ${problems.join('; ')}`);
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch (error) {
    throw new InputError(`The body is not JSON: ${(error as Error).message}`);
  }
}

function pathOf(path: readonly PropertyKey[]): string {
  return path
    .map((key, position) => {
      if (typeof key === 'number') return `[${key}]`;
      return position === 0 ? String(key) : `.${String(key)}`;
    })
    .join('');
}

/** Reads the body of a request, decompressed. */
export async function readBytes(
  request: Request,
  maxBytes: number,
): Promise<Buffer> {
  const declared = Number(request.headers['content-length'] ?? 0);
  if (declared > maxBytes) throw tooLarge(maxBytes);
  const content = decompressed(request);
  // Who sends nothing must not keep a place from others.
  request.setTimeout(BODY_IDLE_MS, () =>
    request.destroy(new Error(`nothing came for ${BODY_IDLE_MS} ms`)),
  );
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of content) {
      size += chunk.length;
      // Counted after decompression: a small body can hold a large one.
      if (size > maxBytes) throw tooLarge(maxBytes);
      chunks.push(chunk);
    }
  } catch (error) {
    request.unpipe();
    request.resume();
    if (error instanceof PayloadTooLargeError) throw error;
    throw new InputError(
      `The body cannot be read: ${(error as Error).message}`,
    );
  }
  request.setTimeout(0);
  return Buffer.concat(chunks);
}

function decompressed(request: Request): Readable {
  const encoding = request.headers['content-encoding'] ?? 'identity';
  const decoder = createDecoder(encoding.toLowerCase());
  // The decoder's error comes out of the iteration above.
  return decoder ? pipeline(request, decoder, () => {}) : request;
}

/** Undefined for a body that is not compressed. */
function createDecoder(encoding: string): Transform | undefined {
  if (encoding === 'identity') return undefined;
  if (encoding === 'gzip') return zlib.createGunzip();
  if (encoding === 'zstd' && typeof zlib.createZstdDecompress === 'function') {
    return zlib.createZstdDecompress();
  }
  throw new InputError(
    `Content-Encoding: '${encoding}' is not supported; allowed are identity, gzip and zstd`,
  );
}

function tooLarge(maxBytes: number): PayloadTooLargeError {
  return new PayloadTooLargeError(
    `The body is larger than ${maxBytes} bytes; send fewer results in a report`,
  );
}
