import {
  anyObject,
  flag,
  group,
  int32,
  listOf,
  mapOf,
  oneOf,
  secretKeyRef,
  text,
} from '../fields';

const URL_PATTERN = /^https?:\/\/[^ /]+/;

const texts = (description: string) =>
  mapOf(text('A value.', { min: 0, max: 4096 }), description);

const names = (description: string) =>
  listOf(text('A name.', { max: 256 }), description, { max: 256 });

/** @internal */
export const httpConfigSchema = group('One HTTP endpoint as a tool.', {
  endpoint: text('Address of the endpoint.', {
    max: 2048,
    pattern: URL_PATTERN,
    hint: 'must be an http:// or https:// URL',
  }),
  method: oneOf(
    ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
    'HTTP method.',
  ).default('POST'),
  headers: texts('Headers to send.').optional(),
  contentType: text('Content type of the request.', { max: 256 }).default(
    'application/json',
  ),
  authType: oneOf(['bearer', 'basic'], 'How to sign in.').optional(),
  authSecretRef: secretKeyRef(
    'Secret for authType.',
    'Key of the Secret.',
  ).optional(),
  queryParams: names('Arguments that go to the query string.').optional(),
  headerParams: texts(
    'Arguments that go to headers: name of the argument to name of the header.',
  ).optional(),
  staticQuery: texts('Query parameters to add.').optional(),
  staticBody: anyObject('Fields to add to the body.').optional(),
  bodyMapping: text('Expression that makes the body from the arguments.', {
    max: 4096,
  }).optional(),
  responseMapping: text('Expression that makes the result from the response.', {
    max: 4096,
  }).optional(),
  redact: names('Fields of the response that are hidden.').optional(),
  urlTemplate: text('Path with {argument} in braces.', {
    max: 2048,
  }).optional(),
  retryPolicy: group('When to try again.', {
    maxAttempts: int32('Attempts in all.', { min: 1, max: 10 }).optional(),
    initialBackoff: text('First wait.', { max: 32 }).optional(),
    maxBackoff: text('Longest wait.', { max: 32 }).optional(),
    retryOn: listOf(
      int32('A status code.', { min: 100, max: 599 }),
      'Status codes to try again on.',
    ).optional(),
  }).optional(),
});

/** @internal */
export const openApiConfigSchema = group('Operations of an OpenAPI document.', {
  specURL: text('Address of the document.', {
    max: 2048,
    pattern: URL_PATTERN,
    hint: 'must be an http:// or https:// URL',
  }),
  baseURL: text("Address of the server, in place of the document's own.", {
    max: 2048,
    pattern: URL_PATTERN,
    hint: 'must be an http:// or https:// URL',
  }).optional(),
  operationFilter: names(
    'Ids of the operations to offer. Without it: all.',
  ).optional(),
  headers: texts('Headers to send.').optional(),
  authType: oneOf(['bearer', 'basic'], 'How to sign in.').optional(),
  authSecretRef: secretKeyRef(
    'Secret for authType.',
    'Key of the Secret.',
  ).optional(),
});

/** @internal */
export const grpcConfigSchema = group('A gRPC server.', {
  endpoint: text('Host and port.', { max: 512 }),
  tls: flag('Whether to use TLS.').default(false),
  tlsCertPath: text('Client certificate.', { max: 1024 }).optional(),
  tlsKeyPath: text('Key of the client certificate.', { max: 1024 }).optional(),
  tlsCAPath: text('Certificate authority of the server.', {
    max: 1024,
  }).optional(),
  tlsInsecureSkipVerify: flag('Trusts any certificate.').default(false),
});

/** @internal */
export const mcpConfigSchema = group(
  'An MCP server.',
  {
    transport: oneOf(
      ['sse', 'stdio', 'streamable-http'],
      'How to talk to the server.',
    ),
    endpoint: text('Address of the server. Required unless stdio.', {
      max: 2048,
      pattern: URL_PATTERN,
      hint: 'must be an http:// or https:// URL',
    }).optional(),
    command: text('Program to start. Required for stdio.', {
      max: 1024,
    }).optional(),
    args: listOf(
      text('An argument.', { min: 0, max: 4096 }),
      'Arguments of the program.',
    ).optional(),
    workDir: text('Folder to start it in.', { max: 1024 }).optional(),
    env: texts('Environment variables of the program.').optional(),
    toolFilter: group('Which tools to offer.', {
      allow: names('Tools to offer. Without it: all.').optional(),
      block: names('Tools to leave out.').optional(),
    }).optional(),
  },
  {
    rules: [
      {
        rule: "self.transport == 'stdio' || has(self.endpoint)",
        message: 'must be set unless transport is stdio',
        fieldPath: '.endpoint',
        reason: 'FieldValueRequired',
      },
      {
        rule: "self.transport != 'stdio' || has(self.command)",
        message: 'must be set when transport is stdio',
        fieldPath: '.command',
        reason: 'FieldValueRequired',
      },
    ],
  },
);

/** @internal */
export const clientConfigSchema = group('A tool that the client runs.', {
  consentMessage: text('What the user is asked.', { max: 1024 }).optional(),
  categories: names('Categories of the tool.').optional(),
});
