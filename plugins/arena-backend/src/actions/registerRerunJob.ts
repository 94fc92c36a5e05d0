import { ActionsRegistryService } from '@backstage/backend-plugin-api/alpha';
import { ActionOptions } from './ActionOptions';
import { asActionError } from './asActionError';
import { clusterOf, jobShape } from './jobAddress';
import { jobSummary, jobSummarySchema } from './jobSummary';

/** `arena:rerun-job` */
export function registerRerunJob(
  registry: ActionsRegistryService,
  { arena, appUrl }: ActionOptions,
): void {
  registry.register({
    name: 'rerun-job',
    title: 'Repeat an ArenaJob',
    description:
      'Creates a new ArenaJob that repeats the latest run of another one, or only those of its items that did not pass.',
    attributes: { readOnly: false, destructive: false, idempotent: false },
    schema: {
      input: z =>
        z.object({ ...jobShape(z), failedOnly: z.boolean().default(false) }),
      output: z => z.object({ job: jobSummarySchema(z) }),
    },
    action: ({ input, credentials }) =>
      asActionError(async () => {
        const api = arena.as(credentials);
        const cluster = await clusterOf(api, input);
        const { namespace, name, failedOnly } = input;
        const address = { cluster, namespace, name };
        const job = await api.rerun(address, { failedOnly });
        return { output: { job: jobSummary(job, { cluster, appUrl }) } };
      }),
  });
}
