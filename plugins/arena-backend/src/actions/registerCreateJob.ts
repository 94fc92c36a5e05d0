import { ActionsRegistryService } from '@backstage/backend-plugin-api/alpha';
import { ARENA_API_VERSION } from '@backstage-arena/plugin-arena-common';
import { ActionOptions } from './ActionOptions';
import { asActionError } from './asActionError';
import { clusterOf, namespaceShape } from './jobAddress';
import { jobSummary, jobSummarySchema } from './jobSummary';

/** `arena:create-job` */
export function registerCreateJob(
  registry: ActionsRegistryService,
  { arena, appUrl }: ActionOptions,
): void {
  registry.register({
    name: 'create-job',
    title: 'Create an ArenaJob',
    description:
      'Creates an ArenaJob, which starts at once unless it has a schedule. With dryRun it is only checked. The fields of the spec are those of an ArenaJob document: sourceRef {name}, type, scenarios, providers, workers, evaluation, loadTest, dataGen, output, schedule, ttlSecondsAfterFinished.',
    attributes: { readOnly: false, destructive: false, idempotent: false },
    schema: {
      input: z =>
        z.object({
          ...namespaceShape(z),
          name: z.string().min(1).optional(),
          generateName: z
            .string()
            .min(1)
            .optional()
            .describe(
              'Beginning of a name that is completed, where none is given. Default: job-',
            ),
          labels: z.record(z.string()).optional(),
          spec: z.record(z.any()),
          dryRun: z.boolean().default(false),
        }),
      output: z => z.object({ job: jobSummarySchema(z) }),
    },
    examples: [
      {
        title: 'Evaluate all scenarios of a source',
        input: {
          namespace: 'default',
          name: 'support-evaluation',
          spec: { sourceRef: { name: 'support' }, type: 'evaluation' },
          dryRun: false,
        },
        output: {
          job: {
            cluster: 'embedded',
            namespace: 'default',
            name: 'support-evaluation',
            type: 'evaluation',
            phase: 'Pending',
            createdAt: '2026-01-31T09:30:00Z',
            url: 'https://portal.example.com/arena/jobs/embedded/default/support-evaluation',
          },
        },
      },
    ],
    action: ({ input, credentials }) =>
      asActionError(async () => {
        const api = arena.as(credentials);
        const cluster = await clusterOf(api, input);
        const { namespace, name, generateName, labels, spec } = input;
        const job = await api.create(
          cluster,
          {
            apiVersion: ARENA_API_VERSION,
            kind: 'ArenaJob',
            metadata: {
              namespace,
              ...(name === undefined
                ? { generateName: generateName ?? 'job-' }
                : { name }),
              ...(labels && { labels }),
            },
            spec,
          },
          { dryRun: input.dryRun },
        );
        return { output: { job: jobSummary(job, { cluster, appUrl }) } };
      }),
  });
}
