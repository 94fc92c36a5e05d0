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
      enabled: flag('Lets a persona take the part of the user.').default(false),
      rounds: int32('Rounds of a conversation.', {
        min: 1,
        max: 1000,
      }).default(1),
      swapRoles: flag(
        'Also runs each conversation with the sides exchanged.',
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
