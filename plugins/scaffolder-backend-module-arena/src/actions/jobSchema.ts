import type { z as Zod } from 'zod/v3';

type Z = typeof Zod;

/** How long a job is waited for where nothing is said. */
export const DEFAULT_TIMEOUT_MINUTES = 30;

/** Fields of the input of actions that create a job. */
export const jobInput = {
  cluster: (z: Z) =>
    z
      .string({
        description:
          'Cluster to create the job in. Default: the first one of the portal',
      })
      .optional(),
  namespace: (z: Z) =>
    z.string({ description: 'Namespace of the job' }).default('default'),
  name: (z: Z) => z.string({ description: 'Name of the job' }).optional(),
  generateName: (z: Z) =>
    z
      .string({
        description:
          'Beginning of a name that is completed, when no name is given. Default: job-',
      })
      .optional(),
  labels: (z: Z) =>
    z.record(z.string(), { description: 'Labels of the job' }).optional(),
  component: (z: Z) =>
    z
      .string({ description: 'Entity reference of the component under test' })
      .optional(),
  owner: (z: Z) =>
    z.string({ description: 'Entity reference of the owner' }).optional(),
  spec: (z: Z) =>
    z.record(z.any(), {
      description:
        'Spec of the job, as in an ArenaJob document: sourceRef, type, scenarios, providers, workers, output, ...',
    }),
};

/** Fields of the output of actions that speak of a job. */
export const jobOutput = {
  jobRef: (z: Z) =>
    z.string({ description: 'The job: <cluster>/<namespace>/<name>' }),
  entityRef: (z: Z) =>
    z.string({
      description:
        'Entity reference of the job in the catalog, where it appears soon after',
    }),
  url: (z: Z) => z.string({ description: 'Page of the job in the portal' }),
};

/** How long and how strictly an action waits for a job. */
export const waitInput = {
  timeoutMinutes: (z: Z) =>
    z
      .number({
        description: `How long to wait. Default: ${DEFAULT_TIMEOUT_MINUTES}`,
      })
      .positive()
      .max(24 * 60)
      .default(DEFAULT_TIMEOUT_MINUTES),
  failOnUnsuccessful: (z: Z) =>
    z
      .boolean({
        description:
          'Whether the step fails when the job does not succeed. Default: true',
      })
      .default(true),
};

/** What a job has come to. */
export const waitOutput = {
  phase: (z: Z) => z.string({ description: 'Succeeded, Failed or Cancelled' }),
  reason: (z: Z) => z.string({ description: 'Why, in one word' }),
  message: (z: Z) => z.string({ description: 'Why, in one sentence' }),
  runId: (z: Z) =>
    z.string({ description: 'Its run; empty when none was started' }),
  summary: (z: Z) =>
    z.record(z.string(), {
      description: 'Metrics of the run by name, such as passRate',
    }),
};

/** Fields of an input of {@link jobInput}. */
export interface JobInput {
  cluster?: string;
  namespace?: string;
  name?: string;
  generateName?: string;
  labels?: Record<string, string>;
  component?: string;
  owner?: string;
  spec: Record<string, unknown>;
}
