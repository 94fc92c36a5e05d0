import { join } from 'node:path';
import { RunOutput } from '@backstage-arena/plugin-arena-common';
import { lazy } from '../cli/lazy';
import { FolderOutput } from './FolderOutput';
import { OutputError, OutputStore } from './OutputStore';

/** What the launcher gave to this worker. */
export interface GivenToWorker {
  /** Where the claim is mounted. */
  mount?: string;
  /** The value of a credential slot. */
  secret: (slot: string) => string | undefined;
}

export interface OutputOptions extends GivenToWorker {
  runId: string;
  /** What is pinned in the run. */
  output?: RunOutput;
  /** What an endpoint may lead to besides the public internet. Default: nothing. */
  allowedHosts?: readonly string[];
  /** Folder that stands for the claim, where the worker runs beside the backend. */
  directory?: string;
}

/** Whether this worker can write to the output of its run. */
export function isOutputReady(
  output: RunOutput | undefined,
  { mount, secret }: GivenToWorker,
): boolean {
  if (output?.type === 'pvc') return mount !== undefined;
  return Object.values(output?.credentialSlots ?? {}).every(slot =>
    Boolean(secret(slot)),
  );
}

/**
 * Where the reports of a run go besides the backend, or undefined when nowhere.
 *
 * @throws OutputError when this worker lacks what it takes.
 */
export async function createOutput(
  options: OutputOptions,
): Promise<OutputStore | undefined> {
  const { runId, output, directory, mount, allowedHosts } = options;
  if (directory !== undefined) {
    return new FolderOutput({ path: directory, runId });
  }
  if (!output) return undefined;
  if (output.type === 'pvc') {
    if (!mount) {
      throw new OutputError(
        `The claim '${output.claimName}' is not mounted where the reports are written: ARENA_OUTPUT_DIR is not set`,
      );
    }
    return new FolderOutput({
      path: join(mount, output.path),
      runId,
      label: `Folder '${output.path}' of the claim '${output.claimName}'`,
    });
  }
  const { bucket, prefix, region, endpoint } = output;
  const credentials = readCredentials(output, options.secret);
  // Most runs have no use for the library.
  const S3Output = await lazy(import('./S3Output'), 'S3Output');
  return new S3Output({
    bucket,
    prefix,
    runId,
    region,
    endpoint,
    allowedHosts,
    credentials,
  });
}

function readCredentials(
  { bucket, credentialSlots }: Extract<RunOutput, { type: 's3' }>,
  secret: OutputOptions['secret'],
) {
  if (!credentialSlots) return undefined;
  const read = (key: string) => {
    const slot = credentialSlots[key];
    return slot === undefined ? undefined : secret(slot);
  };
  const need = (key: string) => {
    const value = read(key);
    if (value) return value;
    throw new OutputError(
      `The bucket '${bucket}' cannot be written: the worker was given no ${key}`,
    );
  };
  return {
    accessKeyId: need('AWS_ACCESS_KEY_ID'),
    secretAccessKey: need('AWS_SECRET_ACCESS_KEY'),
    sessionToken: read('AWS_SESSION_TOKEN'),
  };
}
