import { AddressRefusedError } from '@backstage-arena/plugin-arena-common/network';
import {
  SourceFetchError,
  SourceFetchReason,
} from '@backstage-arena/plugin-arena-node';
import { TooManyRedirectsError } from '../web/GuardedHttp';

/** An error and what caused it. By shape: libraries have classes of their own. */
function* chain(error: unknown): Generator<{
  code?: unknown;
  message?: string;
}> {
  let at = error as
    | { cause?: unknown; errors?: unknown[]; code?: unknown }
    | undefined;
  for (let depth = 0; at && typeof at === 'object' && depth < 6; depth += 1) {
    yield at;
    at = (at.errors?.[0] ?? at.cause) as typeof at;
  }
}

/** Why a request was not answered, as an error that users can act on. */
export function describeHttpFailure(
  error: unknown,
  host: string,
): SourceFetchError {
  let reason: SourceFetchReason = 'Unreachable';
  let message = `${host} cannot be reached`;
  for (const one of chain(error)) {
    if (one instanceof SourceFetchError) return one;
    const code = String(one.code ?? '');
    if (one instanceof AddressRefusedError) {
      reason = 'AddressNotAllowed';
      message = one.message ?? '';
      break;
    }
    if (one instanceof TooManyRedirectsError) {
      message = one.message ?? '';
      break;
    }
    if (/^(ENOTFOUND|EAI_)/.test(code)) {
      message = `${host} cannot be reached: its name cannot be resolved`;
      break;
    }
    if (/CERT|SELF_SIGNED|ERR_TLS|UNABLE_TO/.test(code)) {
      reason = 'CertificateNotTrusted';
      message = `${host}: its certificate is not accepted (${code}). A CA of your own goes into the key ca.crt of the Secret, or into NODE_EXTRA_CA_CERTS of the backend`;
      break;
    }
    if (/ECONNREFUSED|TIMEOUT|EHOSTUNREACH|ENETUNREACH/.test(code)) {
      message = `${host} cannot be reached (${code})`;
      break;
    }
    if (/ECONNRESET|EPIPE|UND_ERR_SOCKET|UND_ERR_RES|ERR_STREAM/.test(code)) {
      reason = 'Interrupted';
      message = `${host}: the connection broke before everything had come`;
      break;
    }
  }
  return new SourceFetchError(reason, message, { cause: error });
}
