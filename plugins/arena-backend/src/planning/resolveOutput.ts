import {
  ArenaJob,
  CredentialSource,
  RunOutput,
} from '@backstage-arena/plugin-arena-common';
import {
  AddressRefusedError,
  createAddressPolicy,
} from '@backstage-arena/plugin-arena-common/network';
import { posix } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { SecretReader } from './credentials';

/** Either where the reports of a run go (undefined: to the portal alone), or why they cannot. */
export type OutputResolution =
  | { ok: true; output?: RunOutput }
  | { ok: false; reason: string; message: string };

type S3Spec = NonNullable<NonNullable<ArenaJob['spec']['output']>['s3']>;

const REQUIRED_KEYS = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'];
/** Only temporary credentials have it. */
const SESSION_KEY = 'AWS_SESSION_TOKEN';

/** Workers ask again, and have more time. */
const LOOKUP_MS = 2_000;

const REGION = /^[a-z0-9]+(-[a-z0-9]+)*$/;
/** S3's limit of a key, less the longest name of a file. */
const MAX_PREFIX_BYTES = 1024 - 64;

/**
 * Resolves `spec.output` of a job into what a worker needs to write there. The files of a run lie in a folder of their own
 * (`<namespace>/<job>/<run>`), so that runs which share a bucket or a claim never meet.
 */
export async function resolveOutput(options: {
  job: ArenaJob;
  runId: string;
  secrets: SecretReader;
  /** Whether workers may act as the machine that they run on. */
  allowAmbientCredentials: boolean;
  /** What an endpoint may lead to besides the public internet. */
  allowedHosts: readonly string[];
}): Promise<OutputResolution> {
  const { job, runId } = options;
  const { output } = job.spec;
  const { namespace, name } = job.metadata;
  const folder = [namespace, name, runId];
  if (output?.type === 'pvc' && output.pvc) {
    const { claimName, subPath = '' } = output.pvc;
    return {
      ok: true,
      output: {
        type: 'pvc',
        claimName,
        path: posix.join(subPath, ...folder),
      },
    };
  }
  if (output?.type !== 's3' || !output.s3) return { ok: true };

  const { bucket, region, endpoint } = output.s3;
  if (region !== undefined && !REGION.test(region)) {
    return refuse(
      'InvalidSpec',
      `spec.output.s3.region: Invalid value: "${region}": allowed are small letters, digits and dashes, for example us-west-2`,
    );
  }
  const prefix = `${[
    ...(output.s3.prefix ?? '').split('/').filter(Boolean),
    ...folder,
  ].join('/')}/`;
  if (Buffer.byteLength(prefix) > MAX_PREFIX_BYTES) {
    return refuse(
      'InvalidSpec',
      `spec.output.s3.prefix: Too long: with namespace, job and run the keys begin with ${Buffer.byteLength(
        prefix,
      )} bytes; allowed are ${MAX_PREFIX_BYTES}`,
    );
  }
  if (endpoint !== undefined && !URL.canParse(endpoint)) {
    return refuse(
      'InvalidSpec',
      `spec.output.s3.endpoint: Invalid value: "${endpoint}": allowed is an http:// or https:// URL`,
    );
  }
  const refusal =
    endpoint === undefined
      ? undefined
      : await refusalOf(endpoint, options.allowedHosts);
  if (refusal) {
    return refuse('EndpointNotAllowed', `spec.output.s3.endpoint: ${refusal}`);
  }
  const credentials = await findCredentials(output.s3, options);
  if (!credentials.ok) return credentials;
  return {
    ok: true,
    output: {
      type: 's3',
      bucket,
      prefix,
      region,
      endpoint,
      ...credentials.found,
    },
  };
}

/**
 * Why an endpoint may not be reached, as far as that is seen from here: before anything is paid for. Workers look again where they connect,
 * because a name may stand for another address there, or later.
 */
async function refusalOf(
  endpoint: string,
  allowedHosts: readonly string[],
): Promise<string | undefined> {
  const policy = createAddressPolicy({ allowedHosts, behindProxy: false });
  try {
    const url = new URL(endpoint);
    policy.check(url);
    const host = url.hostname.replace(/^\[|\]$/g, '');
    const lookup = new Promise<void>((resolve, reject) => {
      policy.lookup(host, { all: true }, error =>
        error ? reject(error) : resolve(),
      );
    });
    await Promise.race([lookup, pause(LOOKUP_MS, undefined, { ref: false })]);
    return undefined;
  } catch (error) {
    // A name that is not known here may be known to the workers.
    return error instanceof AddressRefusedError ? error.message : undefined;
  }
}

type FoundCredentials = Pick<
  Extract<RunOutput, { type: 's3' }>,
  'credentialSlots' | 'credentialSources'
>;

async function findCredentials(
  { secretRef, endpoint }: S3Spec,
  options: Parameters<typeof resolveOutput>[0],
): Promise<
  | { ok: true; found: FoundCredentials }
  | Extract<OutputResolution, { ok: false }>
> {
  if (!secretRef) {
    if (!options.allowAmbientCredentials) {
      return refuse(
        'CredentialRequired',
        'spec.output.s3.secretRef: Required value: a Secret with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; without one workers would write as the machine that they run on, which arena.bundles.allowAmbientCredentials of app-config does not allow',
      );
    }
    return endpoint === undefined
      ? { ok: true, found: {} }
      : refuse(
          'CredentialRequired',
          'spec.output.s3.secretRef: Required value: the identity of the machine is used with Amazon alone, never with an endpoint that a job names',
        );
  }
  const { namespace } = options.job.metadata;
  const find = (key: string) =>
    options.secrets.findSecret({
      namespace,
      ref: { name: secretRef.name, key },
      keys: [],
    });
  const sources: Record<string, CredentialSource> = {};
  for (const key of REQUIRED_KEYS) {
    const lookup = await find(key);
    if (lookup.state === 'missing') {
      return refuse(
        lookup.reason,
        `spec.output.s3.secretRef: ${lookup.message}`,
      );
    }
    sources[key] = lookup.source;
  }
  const session = await find(SESSION_KEY);
  if (session.state === 'found') sources[SESSION_KEY] = session.source;
  const slots = Object.keys(sources).map(key => [
    key,
    `ARENA_CREDENTIAL_OUTPUT_${key}`,
  ]);
  return {
    ok: true,
    found: {
      credentialSlots: Object.fromEntries(slots),
      credentialSources: sources,
    },
  };
}

function refuse(
  reason: string,
  message: string,
): Extract<OutputResolution, { ok: false }> {
  return { ok: false, reason, message };
}
