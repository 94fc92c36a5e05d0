import {
  ConflictError,
  InputError,
  NotFoundError,
  ResponseError,
} from '@backstage/errors';
import { createTemplateAction } from '@backstage/plugin-scaffolder-node';
import { JsonObject } from '@backstage/types';
import {
  ARENA_ANNOTATIONS,
  ARENA_API_VERSION,
  ArenaApi,
  arenaEntityRef,
  ArenaObject,
  ArenaObjectInput,
  FieldCause,
} from '@backstage-arena/plugin-arena-common';
import { ArenaService } from '@backstage-arena/plugin-arena-node';
import { createHash } from 'node:crypto';
import { examples } from './createJob.examples';

/** Says which step of which task made a job, so that a step that is run again finds what it made. */
const STEP_ANNOTATION = 'arena.backstage.io/scaffolder-step';
/** Characters of a name that fits in a label, less those that tell steps apart. */
const MAX_PREFIX_LENGTH = 53;

/**
 * The scaffolder action `arena:job:create`: creates an ArenaJob on behalf of the user who runs the template.
 *
 * @remarks
 * A step that is run again (a retry, a recovered task) makes no second job. In a dry run the server checks the job with all its
 * rules and keeps nothing.
 */
export function createJobAction(options: {
  arena: ArenaService;
  /** Address of the portal, without a slash at the end. */
  appUrl: string;
}) {
  const { arena, appUrl } = options;
  return createTemplateAction({
    id: 'arena:job:create',
    description:
      'Creates an ArenaJob, which evaluates prompts and agents on the scenarios of a source',
    supportsDryRun: true,
    examples,
    schema: {
      input: {
        cluster: z =>
          z
            .string({
              description:
                'Cluster to create the job in. Default: the first one of the portal',
            })
            .optional(),
        namespace: z =>
          z.string({ description: 'Namespace of the job' }).default('default'),
        name: z => z.string({ description: 'Name of the job' }).optional(),
        generateName: z =>
          z
            .string({
              description:
                'Beginning of a name that is completed, when no name is given. Default: job-',
            })
            .optional(),
        labels: z =>
          z.record(z.string(), { description: 'Labels of the job' }).optional(),
        component: z =>
          z
            .string({
              description: 'Entity reference of the component under test',
            })
            .optional(),
        owner: z =>
          z.string({ description: 'Entity reference of the owner' }).optional(),
        spec: z =>
          z.record(z.any(), {
            description:
              'Spec of the job, as in an ArenaJob document: sourceRef, type, scenarios, providers, workers, output, ...',
          }),
      },
      output: {
        jobRef: z =>
          z.string({ description: 'The job: <cluster>/<namespace>/<name>' }),
        entityRef: z =>
          z.string({
            description:
              'Entity reference of the job in the catalog, where it appears soon after',
          }),
        url: z => z.string({ description: 'Page of the job in the portal' }),
      },
    },
    async handler(ctx) {
      const { namespace = 'default' } = ctx.input;
      const step = createHash('sha256')
        .update(JSON.stringify([ctx.task.id, ctx.step?.id, ctx.input]))
        .digest('hex')
        .slice(0, 16);
      const object = toObject(ctx.input, { namespace, step });
      const client = arena.as(await ctx.getInitiatorCredentials());
      const clusterOf = async () =>
        ctx.input.cluster ?? (await firstCluster(client));
      const create = async () => {
        const cluster = await clusterOf();
        return {
          cluster,
          ...(await createOnce(client, { cluster, object, step })),
        };
      };
      const check = async () => {
        const cluster = await clusterOf();
        const job = await checked(() =>
          client.create(cluster, object, { dryRun: true }),
        );
        return { cluster, name: job.metadata.name };
      };

      const { cluster, name } = ctx.isDryRun
        ? await check()
        : await ctx.checkpoint({ key: `arena.job.create.${step}`, fn: create });

      const jobRef = `${cluster}/${namespace}/${name}`;
      ctx.logger.info(
        ctx.isDryRun
          ? `ArenaJob ${jobRef} would be accepted`
          : `Created ArenaJob ${jobRef}`,
      );
      const path = [cluster, namespace, name].map(encodeURIComponent).join('/');
      ctx.output('jobRef', jobRef);
      ctx.output(
        'entityRef',
        arenaEntityRef({ kind: 'ArenaJob', cluster, namespace, name }),
      );
      ctx.output('url', `${appUrl}/arena/jobs/${path}`);
    },
  });
}

interface JobInput {
  name?: string;
  generateName?: string;
  labels?: Record<string, string>;
  component?: string;
  owner?: string;
  spec: Record<string, unknown>;
}

function toObject(
  input: JobInput,
  options: { namespace: string; step: string },
): ArenaObjectInput<JsonObject> {
  const { name, generateName = 'job-', labels, component, owner } = input;
  const { namespace, step } = options;
  return {
    apiVersion: ARENA_API_VERSION,
    kind: 'ArenaJob',
    metadata: {
      // Not the server's random letters: the step would not recognise its job.
      name:
        name ??
        `${generateName.slice(0, MAX_PREFIX_LENGTH)}${step.slice(0, 10)}`,
      namespace,
      ...(labels && { labels }),
      annotations: {
        [STEP_ANNOTATION]: step,
        ...(component && { [ARENA_ANNOTATIONS.component]: component }),
        ...(owner && { [ARENA_ANNOTATIONS.owner]: owner }),
      },
    },
    spec: input.spec as JsonObject,
  };
}

async function firstCluster(client: ArenaApi): Promise<string> {
  const [first] = await client.clusters();
  if (!first) throw new NotFoundError('The portal has no clusters');
  return first.name;
}

async function createOnce(
  client: ArenaApi,
  options: {
    cluster: string;
    object: ArenaObjectInput<JsonObject>;
    step: string;
  },
): Promise<{ name: string }> {
  const { cluster, object, step } = options;
  const { namespace = 'default', name = '' } = object.metadata;
  try {
    const job = await checked(() => client.create(cluster, object));
    return { name: job.metadata.name };
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error;
    const job = await client.get({
      cluster,
      namespace,
      kind: 'ArenaJob',
      name,
    });
    if (job.metadata.annotations?.[STEP_ANNOTATION] !== step) throw error;
    return { name };
  }
}

/** Turns the server's answer into an error that tells the author of a template what to change. */
async function checked(
  create: () => Promise<ArenaObject>,
): Promise<ArenaObject> {
  try {
    return await create();
  } catch (error) {
    if (!ResponseError.is(error)) throw error;
    if (error.statusCode === 409) {
      throw new ConflictError(error.cause.message);
    }
    if (error.statusCode === 422) {
      const { causes } = error.body.error as { causes?: FieldCause[] };
      throw new InputError(
        `The job is invalid: ${
          causes
            ?.map(({ field, message }) => `${field}: ${message}`)
            .join('; ') ?? error.cause.message
        }`,
      );
    }
    throw error;
  }
}
