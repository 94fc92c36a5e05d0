import {
  conditions,
  count,
  group,
  listOf,
  mapOf,
  observedGeneration,
  oneOf,
  text,
} from '../fields';

/** @public */
export const AGENT_RUNTIME_PHASES = ['Pending', 'Running', 'Failed'] as const;

/** @public */
export const agentRuntimeStatusSchema = group(
  'What was observed of the agent.',
  {
    phase: oneOf(AGENT_RUNTIME_PHASES, 'State of the agent.').optional(),
    observedGeneration: observedGeneration().optional(),
    conditions: conditions().optional(),
    serviceEndpoint: text('Host and port of the agent, without a scheme.', {
      max: 512,
    }).optional(),
    facade: group('The facades as they are reached.', {
      endpoints: listOf(
        group(
          'One endpoint.',
          {
            type: text('Protocol of the facade.', { max: 63 }).optional(),
            url: text('Address of the facade.', { max: 2048 }).optional(),
          },
          { preserveUnknown: true },
        ),
        'Endpoints of the facades.',
      ).optional(),
    }).optional(),
    managementEndpoints: mapOf(
      text('Address.', { max: 2048 }),
      'Endpoints of the management plane.',
    ).optional(),
    replicas: group(
      'Pods of the agent.',
      {
        desired: count('Pods that should run.').optional(),
        ready: count('Pods that are ready.').optional(),
        available: count('Pods that are available.').optional(),
      },
      { preserveUnknown: true },
    ).optional(),
  },
);
