import { ActionsRegistryService } from '@backstage/backend-plugin-api/alpha';
import { ActionOptions } from './ActionOptions';
import { asActionError } from './asActionError';
import { clusterOf, jobShape } from './jobAddress';
import { jobSummary, jobSummarySchema } from './jobSummary';

const MAX_EVENTS = 20;

/** `arena:describe-job` */
export function registerDescribeJob(
  registry: ActionsRegistryService,
  { arena, appUrl }: ActionOptions,
): void {
  registry.register({
    name: 'describe-job',
    title: 'Describe an ArenaJob',
    description:
      'Shows one ArenaJob: what it asks for, how it stands and why, its runs, and the latest events.',
    attributes: { readOnly: true, destructive: false, idempotent: true },
    schema: {
      input: z => z.object(jobShape(z)),
      output: z =>
        z.object({
          job: jobSummarySchema(z),
          spec: z.record(z.any()),
          conditions: z.array(
            z.object({
              type: z.string(),
              status: z.string(),
              reason: z.string(),
              message: z.string(),
            }),
          ),
          summary: z
            .record(z.string())
            .describe('Metrics of the latest run that has ended, by name'),
          runs: z.array(
            z.object({
              runId: z.string(),
              state: z.string(),
              outcome: z.string().optional(),
              total: z.number(),
              passed: z.number(),
              failed: z.number(),
              errored: z.number(),
              pending: z.number(),
              cost: z.number(),
            }),
          ),
          events: z.array(
            z.object({
              type: z.string(),
              reason: z.string(),
              message: z.string(),
              count: z.number(),
              lastTimestamp: z.string(),
            }),
          ),
        }),
    },
    action: ({ input, credentials }) =>
      asActionError(async () => {
        const api = arena.as(credentials);
        const cluster = await clusterOf(api, input);
        const { namespace, name } = input;
        const address = { cluster, namespace, name };
        const [object, runs, events] = await Promise.all([
          api.get({ ...address, kind: 'ArenaJob' }),
          api.runsOfJob(address),
          api.events({ ...address, kind: 'ArenaJob' }),
        ]);
        const { conditions = [], result } = (object.status ?? {}) as {
          conditions?: Array<{
            type: string;
            status: string;
            reason: string;
            message: string;
          }>;
          result?: { summary?: Record<string, string> };
        };
        return {
          output: {
            job: jobSummary(object, { cluster, appUrl }),
            spec: object.spec,
            conditions: conditions.map(({ type, status, reason, message }) => ({
              type,
              status,
              reason,
              message,
            })),
            summary: result?.summary ?? {},
            runs: runs.map(({ id, state, outcome, counters }) => ({
              runId: id,
              state,
              outcome,
              total: counters.total,
              passed: counters.passed,
              failed: counters.failed,
              errored: counters.errored,
              pending: counters.pending,
              cost: counters.cost,
            })),
            events: [...events]
              .sort((a, b) => b.lastTimestamp.localeCompare(a.lastTimestamp))
              .slice(0, MAX_EVENTS)
              .map(({ type, reason, message, count, lastTimestamp }) => ({
                type,
                reason,
                message,
                count,
                lastTimestamp,
              })),
          },
        };
      }),
  });
}
