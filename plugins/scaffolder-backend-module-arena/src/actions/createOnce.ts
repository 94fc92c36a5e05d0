import {
  ConflictError,
  InputError,
  NotFoundError,
  ResponseError,
} from '@backstage/errors';
import { JsonObject } from '@backstage/types';
import {
  ARENA_API_VERSION,
  ArenaApi,
  ArenaKind,
  ArenaObject,
  ArenaObjectInput,
  FieldCause,
} from '@backstage-arena/plugin-arena-common';
import { createHash } from 'node:crypto';

/** Says which step of which task made an object, so that a step that is run again finds what it made. */
const STEP_ANNOTATION = 'arena.backstage.io/scaffolder-step';
/** Characters of a name that fits in a label, less those that tell steps apart. */
const MAX_PREFIX_LENGTH = 53;

/** What is used of the context of a step that creates something. */
export interface StepContext {
  input: object;
  task: { id: string };
  step?: { id?: string };
  isDryRun?: boolean;
  checkpoint<T extends JsonObject>(options: {
    key: string;
    fn: () => Promise<T>;
  }): Promise<T>;
}

/** An object as a step wants it. */
export interface WantedObject {
  kind: Extract<ArenaKind, 'ArenaJob' | 'ArenaSource'>;
  cluster?: string;
  namespace: string;
  /** Without it, `generateName` is completed. */
  name?: string;
  generateName?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  spec: JsonObject;
}

/**
 * Creates what a step asks for, once, however often the step is run. In a dry run the server checks it with all its rules and keeps
 * nothing.
 *
 * @throws InputError naming each invalid field; ConflictError when somebody else has an object of that name.
 */
export async function createOnce(
  client: ArenaApi,
  ctx: StepContext,
  wanted: WantedObject,
): Promise<{ cluster: string; name: string }> {
  const step = createHash('sha256')
    .update(JSON.stringify([ctx.task.id, ctx.step?.id, ctx.input]))
    .digest('hex')
    .slice(0, 16);
  const object = toObject(wanted, step);
  const clusterOf = async () => wanted.cluster ?? (await firstCluster(client));
  if (ctx.isDryRun) {
    const cluster = await clusterOf();
    const checked = await explained(wanted.kind, () =>
      client.create(cluster, object, { dryRun: true }),
    );
    return { cluster, name: checked.metadata.name };
  }
  return ctx.checkpoint({
    key: `arena.${wanted.kind}.create.${step}`,
    fn: async () => {
      const cluster = await clusterOf();
      return { cluster, name: await create(client, cluster, object, step) };
    },
  });
}

function toObject(
  wanted: WantedObject,
  step: string,
): ArenaObjectInput<JsonObject> {
  const { kind, namespace, name, generateName, labels, spec } = wanted;
  const prefix = generateName ?? (kind === 'ArenaJob' ? 'job-' : 'source-');
  return {
    apiVersion: ARENA_API_VERSION,
    kind,
    metadata: {
      // Not the server's random letters: the step would not recognise what it made.
      name: name ?? `${prefix.slice(0, MAX_PREFIX_LENGTH)}${step.slice(0, 10)}`,
      namespace,
      ...(labels && { labels }),
      annotations: { [STEP_ANNOTATION]: step, ...wanted.annotations },
    },
    spec,
  };
}

async function create(
  client: ArenaApi,
  cluster: string,
  object: ArenaObjectInput<JsonObject>,
  step: string,
): Promise<string> {
  const { kind, metadata } = object;
  const { namespace = 'default', name = '' } = metadata;
  try {
    const made = await explained(kind, () => client.create(cluster, object));
    return made.metadata.name;
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error;
    const address = { cluster, namespace, kind: kind as ArenaKind, name };
    const there = await client.get(address);
    if (there.metadata.annotations?.[STEP_ANNOTATION] !== step) throw error;
    return name;
  }
}

async function firstCluster(client: ArenaApi): Promise<string> {
  const [first] = await client.clusters();
  if (!first) throw new NotFoundError('The portal has no clusters');
  return first.name;
}

/** Turns the server's answer into an error that tells the author of a template what to change. */
async function explained(
  kind: string,
  ask: () => Promise<ArenaObject>,
): Promise<ArenaObject> {
  try {
    return await ask();
  } catch (error) {
    if (!ResponseError.is(error)) throw error;
    if (error.statusCode === 409) {
      throw new ConflictError(error.cause.message);
    }
    if (error.statusCode === 422) {
      const { causes } = error.body.error as { causes?: FieldCause[] };
      throw new InputError(
        `The ${kind === 'ArenaJob' ? 'job' : 'source'} is invalid: ${
          causes
            ?.map(({ field, message }) => `${field}: ${message}`)
            .join('; ') ?? error.cause.message
        }`,
      );
    }
    throw error;
  }
}
