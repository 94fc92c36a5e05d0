import {
  RegisterRequest,
  WORKER_PROTOCOL_VERSION,
} from '@backstage-arena/plugin-arena-common';

/** How many minor releases a worker may be apart from the backend. */
const MAX_SKEW = 1;

/** Why a worker of this release must not work for this backend, or undefined when it may. */
export function checkRelease(
  request: Pick<RegisterRequest, 'protocolVersion' | 'workerVersion'>,
  backendVersion: string,
): string | undefined {
  const { protocolVersion, workerVersion } = request;
  const advice = `use a worker of release ${backendVersion}, like this backend`;
  if (protocolVersion !== WORKER_PROTOCOL_VERSION) {
    return `protocolVersion: ${protocolVersion} is not supported; this backend speaks version ${WORKER_PROTOCOL_VERSION}: ${advice}`;
  }
  if (workerVersion === undefined) return undefined;
  const worker = parseVersion(workerVersion);
  const backend = parseVersion(backendVersion);
  if (!worker || !backend) {
    return `workerVersion: '${workerVersion}' cannot be compared with ${backendVersion}: ${advice}`;
  }
  const near =
    worker.major === backend.major &&
    Math.abs(worker.minor - backend.minor) <= MAX_SKEW;
  return near
    ? undefined
    : `workerVersion: release ${workerVersion} is more than one minor release away from ${backendVersion}: ${advice}`;
}

function parseVersion(
  version: string,
): { major: number; minor: number } | undefined {
  const match = /^(\d{1,9})\.(\d{1,9})\.\d/.exec(version);
  return match
    ? { major: Number(match[1]), minor: Number(match[2]) }
    : undefined;
}
