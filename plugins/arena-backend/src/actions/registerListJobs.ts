import { ActionsRegistryService } from '@backstage/backend-plugin-api/alpha';
import { ActionOptions } from './ActionOptions';
import { asActionError } from './asActionError';
import { clusterOf } from './jobAddress';
import { jobSummary, jobSummarySchema } from './jobSummary';

const MAX_JOBS = 200;

/** `arena:list-jobs` */
export function registerListJobs(
  registry: ActionsRegistryService,
  { arena, appUrl }: ActionOptions,
): void {
  registry.register({
    name: 'list-jobs',
    title: 'List ArenaJobs',
    description:
      'Lists ArenaJobs, the latest first: jobs that evaluate prompts and agents, load-test them, or generate data with them.',
    attributes: { readOnly: true, destructive: false, idempotent: true },
    schema: {
      input: z =>
        z.object({
          cluster: z
            .string()
            .min(1)
            .optional()
            .describe('Cluster of the portal. Default: its first one'),
          namespace: z.string().min(1).optional().describe('Default: all'),
          phase: z
            .array(
              z.enum([
                'Pending',
                'Running',
                'Succeeded',
                'Failed',
                'Cancelled',
              ]),
            )
            .optional(),
          type: z
            .array(z.enum(['evaluation', 'loadtest', 'datagen']))
            .optional(),
          search: z.string().optional().describe('Part of the name'),
          component: z
            .string()
            .optional()
            .describe('Entity reference of the component under test'),
          limit: z.number().int().min(1).max(MAX_JOBS).default(50),
          cursor: z
            .string()
            .optional()
            .describe('nextCursor of the page before'),
        }),
      output: z =>
        z.object({
          jobs: z.array(jobSummarySchema(z)),
          totalItems: z.number(),
          nextCursor: z.string().optional(),
        }),
    },
    action: ({ input, credentials }) =>
      asActionError(async () => {
        const api = arena.as(credentials);
        const cluster = await clusterOf(api, input);
        const page = await api.jobs({
          ...input,
          cluster,
          orderBy: 'created',
          order: 'desc',
        });
        return {
          output: {
            jobs: page.items.map(job => jobSummary(job, { cluster, appUrl })),
            totalItems: page.totalItems,
            nextCursor: page.nextCursor,
          },
        };
      }),
  });
}
