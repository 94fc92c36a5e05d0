import { AddressRefusedError } from '@backstage-arena/plugin-arena-common/network';
import { ReportedError } from './ReportedError';

const UNKNOWN_NAME = ['ENOTFOUND', 'EAI_AGAIN', 'EAI_NODATA', 'EAI_NONAME'];
const TIMEOUTS = ['TimeoutError', 'AbortError'];

/**
 * What went wrong with a request, in the same words for the same cause: every new text is a new status. Nothing of an answer is repeated.
 */
export function describeFailure(error: unknown, timeoutMs: number): string {
  const reported = findReported(error);
  if (reported) return reported.message;
  if (TIMEOUTS.includes(String(read(error, 'name')))) {
    return `no answer within ${timeoutMs} ms`;
  }
  const code = String(read(read(error, 'cause') ?? error, 'code') ?? '');
  if (UNKNOWN_NAME.includes(code)) return 'its name cannot be resolved';
  return /CERT|TLS|SSL|SIGNATURE/.test(code)
    ? `its certificate is not accepted (${code})`
    : 'no connection, or it broke';
}

/** The failure that another one was caused by. */
export function findReported(
  error: unknown,
): ReportedError | AddressRefusedError | undefined {
  for (let at = error, hops = 0; at && hops < 5; hops += 1) {
    if (at instanceof ReportedError || at instanceof AddressRefusedError) {
      return at;
    }
    at = read(at, 'cause');
  }
  return undefined;
}

function read(value: unknown, name: string): unknown {
  return Reflect.get(Object(value), name);
}
