import {
  group,
  listOf,
  localRef,
  mapOf,
  namespaceName,
  objectName,
  text,
} from '../fields';

/** @internal */
export const providerEntrySchema = group(
  'A provider or an agent of the group: exactly one of providerRef or agentRef.',
  {
    id: text(
      'Name by which the arena file refers to this entry. Without it: the name of the referenced object.',
      { max: 128, pattern: /^[A-Za-z0-9][-._:A-Za-z0-9]*$/ },
    ).optional(),
    providerRef: group('Reference to a Provider.', {
      name: objectName('Name of the Provider.'),
      namespace: namespaceName(
        "Namespace of the Provider. Without it: the ArenaJob's own.",
      ).optional(),
    }).optional(),
    agentRef: localRef(
      'Reference to an AgentRuntime in the same namespace, reached over WebSocket.',
      'Name of the AgentRuntime.',
    ).optional(),
  },
  {
    rules: [
      {
        rule: 'has(self.providerRef) != has(self.agentRef)',
        message: 'exactly one of providerRef or agentRef must be set',
      },
    ],
  },
);

/** @internal */
export const providersSchema = mapOf(
  listOf(
    providerEntrySchema,
    'Entries of the group, each evaluated against every scenario unless the group is a role.',
    {
      max: 64,
      rules: [
        {
          rule: 'self.all(a, !has(a.id) || self.exists_one(b, has(b.id) && b.id == a.id))',
          message: 'ids within a group must be unique',
        },
      ],
    },
  ),
  "Provider groups (for example default, judge, selfplay) with their entries. When set, the providers of the arena file are ignored. Without it: the arena file's own providers.",
  {
    max: 32,
    rules: [
      {
        rule: "self.all(name, size(name) <= 63 && name.matches('^[A-Za-z0-9][-._A-Za-z0-9]*$'))",
        message:
          "group names must be at most 63 letters, digits, '-', '_' and '.', beginning with a letter or digit",
      },
    ],
  },
);
