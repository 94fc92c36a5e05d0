import { ActionsRegistryService } from '@backstage/backend-plugin-api/alpha';
import { ActionOptions } from './ActionOptions';
import { asActionError } from './asActionError';
import { clusterOf, jobShape } from './jobAddress';
import { jobSummary, jobSummarySchema } from './jobSummary';

/** `arena:cancel-job` */
export function registerCancelJob(
  registry: ActionsRegistryService,
  { arena, appUrl }: ActionOptions,
): void {
  registry.register({
    name: 'cancel-job',
    title: 'Cancel an ArenaJob',
    description:
      'Cancels an ArenaJob: nothing more is started, and what has finished is kept. A job that was cancelled cannot be resumed.',
    attributes: { readOnly: false, destructive: true, idempotent: true },
    schema: {
      input: z => z.object(jobShape(z)),
      output: z => z.object({ job: jobSummarySchema(z) }),
    },
    action: ({ input, credentials }) =>
      asActionError(async () => {
        const api = arena.as(credentials);
        const cluster = await clusterOf(api, input);
        const { namespace, name } = input;
        const job = await api.cancel({ cluster, namespace, name });
        return { output: { job: jobSummary(job, { cluster, appUrl }) } };
      }),
  });
}
