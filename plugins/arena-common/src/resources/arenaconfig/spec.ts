import { arenaFileSchema, scenariosSchema } from '../arenajob/spec';
import {
  duration,
  flag,
  group,
  int32,
  listOf,
  localRef,
  namespaceName,
  objectName,
  oneOf,
} from '../fields';

/** @public */
export const arenaConfigSpecSchema = group(
  'A source with settings that several jobs share.',
  {
    sourceRef: localRef(
      'ArenaSource in the same namespace.',
      'Name of the ArenaSource.',
    ),
    arenaFile: arenaFileSchema.optional(),
    scenarios: scenariosSchema.optional(),
    providers: listOf(
      group('Reference to a Provider.', {
        name: objectName('Name of the Provider.'),
        namespace: namespaceName(
          "Namespace of the Provider. Without it: the ArenaConfig's own.",
        ).optional(),
      }),
      "Providers of the group default. Without it: the arena file's own providers.",
      { min: 1, max: 64 },
    ).optional(),
    toolRegistries: listOf(
      group('Reference to a ToolRegistry.', {
        name: objectName('Name of the ToolRegistry.'),
        namespace: namespaceName(
          "Namespace of the ToolRegistry. Without it: the ArenaConfig's own.",
        ).optional(),
      }),
      'Registries whose tools take the place of the tools and MCP servers of the arena file.',
      { max: 64 },
    ).optional(),
    selfPlay: group('Simulated users.', {
      enabled: flag(
        'Whether rounds and swapRoles hold. Runs in which no turn is played by a persona are refused then. Without it the arena file alone decides.',
      ).default(false),
      rounds: int32(
        'Exchanges of each turn that a persona plays, whatever the scenario says. Without it: as the scenario says, else 1.',
        {
          min: 1,
          max: 1000,
        },
      ).optional(),
      swapRoles: flag(
        'Also holds each conversation in which a persona plays the user with the sides exchanged: the provider that plays the user answers, the one under test plays the user.',
      ).default(false),
    }).optional(),
    evaluation: group('How scenarios are run.', {
      metrics: listOf(
        oneOf(['latency', 'tokens', 'cost', 'quality'], 'A metric.'),
        'Metrics to collect.',
        { max: 4, listType: 'set' },
      ).optional(),
      timeout: duration('How long one item may take.', {
        positive: true,
      }).default('5m'),
      maxRetries: int32(
        'How often an item is tried again after an infrastructure error.',
        { max: 10 },
      ).default(3),
      concurrency: int32('Items that a worker runs at the same time.', {
        min: 1,
        max: 100,
      }).default(1),
    }).optional(),
    suspend: flag(
      'Stops validation, and holds back new runs of jobs that use it.',
    ).default(false),
  },
);
