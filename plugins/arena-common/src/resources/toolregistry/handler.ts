import {
  anyObject,
  CelRule,
  duration,
  group,
  oneOf,
  secretKeyRef,
  text,
} from '../fields';
import {
  clientConfigSchema,
  grpcConfigSchema,
  httpConfigSchema,
  mcpConfigSchema,
  openApiConfigSchema,
} from './handlerConfigs';

const CONFIGS = {
  http: 'httpConfig',
  openapi: 'openAPIConfig',
  grpc: 'grpcConfig',
  mcp: 'mcpConfig',
  client: 'clientConfig',
} as const;

const CONFIG_RULES: CelRule[] = Object.entries(CONFIGS).flatMap(
  ([type, block]): CelRule[] => {
    const onlyForType: CelRule = {
      rule: `self.type == '${type}' || !has(self.${block})`,
      message: `allowed only when type is ${type}`,
      fieldPath: `.${block}`,
      reason: 'FieldValueForbidden',
    };
    // A tool of the client needs no settings.
    if (type === 'client') {
      return [onlyForType];
    }
    return [
      {
        rule: `self.type != '${type}' || has(self.${block})`,
        message: `must be set when type is ${type}`,
        fieldPath: `.${block}`,
        reason: 'FieldValueRequired',
      },
      onlyForType,
    ];
  },
);

/** @internal */
export const handlerSchema = group(
  'A server or endpoint that brings tools.',
  {
    name: text('Name of the handler.', {
      max: 63,
      pattern: /^[A-Za-z0-9][-._A-Za-z0-9]*$/,
    }),
    type: oneOf(
      ['http', 'openapi', 'grpc', 'mcp', 'client'],
      'Kind of the handler. Exactly the block of this kind must be set.',
    ),
    tool: group(
      'The tool of the handler. Required unless type is openapi or mcp, which list their own and must not have one.',
      {
        name: text('Name of the tool.', {
          max: 64,
          pattern: /^[a-z][a-z0-9_]*$/,
        }),
        description: text('What the tool does, for the model.', {
          max: 4096,
        }),
        inputSchema: anyObject('JSON Schema of the arguments.'),
        outputSchema: anyObject('JSON Schema of the result.').optional(),
      },
    ).optional(),
    httpConfig: httpConfigSchema.optional(),
    openAPIConfig: openApiConfigSchema.optional(),
    grpcConfig: grpcConfigSchema.optional(),
    mcpConfig: mcpConfigSchema.optional(),
    clientConfig: clientConfigSchema.optional(),
    auth: group('How to sign in, for every kind of handler.', {
      type: oneOf(
        ['none', 'bearer', 'basic', 'serviceAccount', 'workloadIdentity'],
        'Kind of identity.',
      ),
      secretRef: secretKeyRef(
        'Secret with the credentials.',
        'Key of the Secret.',
      ).optional(),
      audience: text('Audience of the token.', { max: 512 }).optional(),
    }).optional(),
    timeout: duration('How long one call may take.', {
      positive: true,
    }).default('30s'),
  },
  {
    rules: [
      ...CONFIG_RULES,
      {
        rule: "self.type in ['openapi', 'mcp'] || has(self.tool)",
        message: 'must be set unless type is openapi or mcp',
        fieldPath: '.tool',
        reason: 'FieldValueRequired',
      },
      {
        rule: "!(self.type in ['openapi', 'mcp']) || !has(self.tool)",
        message: 'not allowed when type is openapi or mcp: they list their own',
        fieldPath: '.tool',
        reason: 'FieldValueForbidden',
      },
    ],
  },
);
