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
  secretKeyRef,
  text,
} from '../fields';

const facadeFields = {
  port: int32('Port of the facade.', { min: 1, max: 65535 }).default(8080),
  handler: oneOf(['echo', 'demo', 'runtime'], 'Who answers.').optional(),
  clientToolTimeout: duration('How long a tool of the client may take.', {
    positive: true,
  }).default('60s'),
  expose: group(
    'How the facade is reached from outside. Other fields are kept as they are.',
    {
      url: text(
        'Address at which jobs reach a facade of type websocket. Without a path: /ws.',
        {
          max: 2048,
          pattern: /^(wss?|https?):\/\/[^ /]+/,
          hint: 'must be a ws://, wss://, http:// or https:// URL',
        },
      ).optional(),
      secretRef: secretKeyRef(
        'Secret with the token that jobs sign in with.',
        'Key of the Secret.',
      ).optional(),
    },
    { preserveUnknown: true },
  ).optional(),
  managementPlane: flag('Whether the management plane may call.').optional(),
};

/** @public */
export const agentRuntimeSpecSchema = group(
  'An agent that runs. Fields that jobs do not need are kept as they are.',
  {
    facades: listOf(
      group('One way to talk to the agent.', {
        type: oneOf(
          ['websocket', 'a2a', 'rest', 'mcp', 'custom'],
          'Protocol of the facade.',
        ),
        ...facadeFields,
      }),
      'Ways to talk to the agent. Jobs use the first of type websocket.',
      { max: 16 },
    ).optional(),
    facade: group('The only facade, in the older form.', {
      type: oneOf(['websocket', 'grpc'], 'Protocol of the facade.'),
      ...facadeFields,
    }).optional(),
    promptPackRef: group('Prompt pack of the agent.', {
      name: objectName('Name of the PromptPack.'),
      version: text('Version of the PromptPack.', { max: 128 }).optional(),
      track: text('Track of the PromptPack.', { max: 128 }).optional(),
    }).optional(),
    providers: listOf(
      group('A provider of the agent.', {
        name: text('Name by which the agent knows it.', { max: 63 }),
        providerRef: group('Reference to a Provider.', {
          name: objectName('Name of the Provider.'),
          namespace: namespaceName(
            "Namespace of the Provider. Without it: the agent's own.",
          ).optional(),
        }),
      }),
      'Providers that the agent uses.',
      { max: 64, listType: 'map', listMapKeys: ['name'] },
    ).optional(),
    toolRegistryRef: localRef(
      'Tools of the agent.',
      'Name of the ToolRegistry.',
    ).optional(),
  },
  {
    preserveUnknown: true,
    rules: [
      {
        rule: '!has(self.facade) || !has(self.facades)',
        message: 'must not be set together with facades',
        fieldPath: '.facade',
        reason: 'FieldValueForbidden',
      },
    ],
  },
);
