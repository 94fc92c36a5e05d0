import {
  anyObject,
  conditions,
  count,
  group,
  listOf,
  observedGeneration,
  oneOf,
  text,
  timestamp,
} from '../fields';

/** @public */
export const TOOL_REGISTRY_PHASES = [
  'Pending',
  'Ready',
  'Degraded',
  'Failed',
] as const;

/** @public */
export const toolRegistryStatusSchema = group(
  'What was observed of the registry.',
  {
    phase: oneOf(TOOL_REGISTRY_PHASES, 'State of the registry.').optional(),
    observedGeneration: observedGeneration().optional(),
    conditions: conditions().optional(),
    discoveredToolsCount: count('How many tools were found.').optional(),
    discoveredTools: listOf(
      group('A tool that was found.', {
        name: text('Name of the tool.', { max: 256 }),
        handlerName: text('Handler that brings it.', { max: 63 }),
        description: text('What the tool does, for the model.', {
          min: 0,
          max: 4096,
        }).optional(),
        inputSchema: anyObject('JSON Schema of the arguments.').optional(),
        outputSchema: anyObject('JSON Schema of the result.').optional(),
        endpoint: text('Where the tool is called.', {
          min: 0,
          max: 2048,
        }).optional(),
        status: oneOf(
          ['Available', 'Unavailable', 'Unknown'],
          'Whether the tool answers.',
        ),
        lastChecked: timestamp('When it was last probed.').optional(),
        error: text('Why it does not answer.', {
          min: 0,
          max: 4096,
        }).optional(),
      }),
      'Tools that were found.',
      { max: 1024 },
    ).optional(),
    lastDiscoveryTime: timestamp('When tools were last looked for.').optional(),
  },
);
