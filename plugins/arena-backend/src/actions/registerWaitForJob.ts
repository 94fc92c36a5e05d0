import { InputError } from '@backstage/errors';
import { ActionsRegistryService } from '@backstage/backend-plugin-api/alpha';
import { setTimeout as sleep } from 'node:timers/promises';
import { isTerminal } from '../reconciler/job/nextJobState';
import { ActionOptions } from './ActionOptions';
import { asActionError } from './asActionError';
import { clusterOf, jobShape } from './jobAddress';
import { jobSummary, jobSummarySchema } from './jobSummary';

const POLL_MS = 1_000;
/** Callers give up after a minute by default. */
const DEFAULT_SECONDS = 45;
const MAX_SECONDS = 600;

/** `arena:wait-for-job` */
export function registerWaitForJob(
  registry: ActionsRegistryService,
  { arena, appUrl }: ActionOptions,
): void {
  registry.register({
    name: 'wait-for-job',
    title: 'Wait for an ArenaJob',
    description:
      'Waits until an ArenaJob has ended, or for a time. Says how it stands then; call it again while it has not ended. A job with a schedule never ends: wait for one of the jobs that it starts.',
    attributes: { readOnly: true, destructive: false, idempotent: true },
    schema: {
      input: z =>
        z.object({
          ...jobShape(z),
          timeoutSeconds: z
            .number()
            .min(0)
            .max(MAX_SECONDS)
            .default(DEFAULT_SECONDS),
        }),
      output: z =>
        z.object({
          ended: z.boolean().describe('False: the time was over first'),
          job: jobSummarySchema(z),
        }),
    },
    action: ({ input, credentials }) =>
      asActionError(async () => {
        const api = arena.as(credentials);
        const cluster = await clusterOf(api, input);
        const { namespace, name, timeoutSeconds } = input;
        const address = { cluster, namespace, name, kind: 'ArenaJob' } as const;
        const deadline = performance.now() + timeoutSeconds * 1_000;
        for (;;) {
          const job = jobSummary(await api.get(address), { cluster, appUrl });
          if (job.schedule !== undefined) {
            throw new InputError(
              `ArenaJob '${name}' has a schedule and never ends: wait for one of the jobs that it starts`,
            );
          }
          const ended = isTerminal(job.phase);
          const left = deadline - performance.now();
          if (ended || left <= 0) return { output: { ended, job } };
          await sleep(Math.min(POLL_MS, left));
        }
      }),
  });
}
