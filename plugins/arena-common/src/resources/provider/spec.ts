import {
  anyObject,
  CelRule,
  decimal,
  duration,
  group,
  int32,
  listOf,
  mapOf,
  oneOf,
  secretKeyRef,
  text,
} from '../fields';

/** Types of provider. The names of platforms at the end are those of objects written before `platform` existed. @public */
export const PROVIDER_TYPES = [
  'claude',
  'openai',
  'gemini',
  'ollama',
  'mock',
  'vllm',
  'voyageai',
  'cartesia',
  'elevenlabs',
  'imagen',
  'huggingface',
  'bedrock',
  'vertex',
  'azure-ai',
] as const;

const SPEC_RULES: CelRule[] = [
  {
    rule: "self.type == 'mock' || has(self.model)",
    message: 'must be set unless type is mock',
    fieldPath: '.model',
    reason: 'FieldValueRequired',
  },
  {
    rule: "!has(self.platform) || self.type in ['claude', 'openai', 'gemini']",
    message: 'allowed only when type is claude, openai or gemini',
    fieldPath: '.platform',
    reason: 'FieldValueForbidden',
  },
  {
    rule: '!has(self.platform) || has(self.auth)',
    message: 'must be set together with platform',
    fieldPath: '.auth',
    reason: 'FieldValueRequired',
  },
  {
    rule: '!has(self.auth) || has(self.platform)',
    message: 'allowed only together with platform',
    fieldPath: '.auth',
    reason: 'FieldValueForbidden',
  },
  {
    rule: "!has(self.platform) || !(self.type == 'openai' && self.platform.type in ['vertex', 'gcp'])",
    message: 'openai models are not served by vertex',
    fieldPath: '.platform',
  },
  {
    rule: "!has(self.platform) || !(self.type == 'gemini' && !(self.platform.type in ['vertex', 'gcp']))",
    message: 'gemini models are served by vertex alone',
    fieldPath: '.platform',
  },
  {
    rule: "!has(self.platform) || !has(self.auth) || self.auth.type == 'workloadIdentity' || (self.platform.type in ['bedrock', 'aws'] && self.auth.type == 'accessKey') || (self.platform.type in ['vertex', 'gcp'] && self.auth.type == 'serviceAccount') || (self.platform.type == 'azure' && self.auth.type == 'servicePrincipal')",
    message:
      'must be workloadIdentity, or accessKey on bedrock, serviceAccount on vertex, servicePrincipal on azure',
    fieldPath: '.auth.type',
  },
];

/** @public */
export const providerSpecSchema = group(
  'A model and how to reach it.',
  {
    type: oneOf(
      PROVIDER_TYPES,
      'Protocol of the provider. openai with baseURL is any OpenAI-compatible server; mock answers from the bundle.',
    ),
    role: oneOf(
      ['llm', 'embedding', 'tts', 'stt', 'image', 'inference'],
      'What the model does.',
    ).default('llm'),
    model: text('Name of the model. Required unless type is mock.', {
      max: 256,
    }).optional(),
    baseURL: text('Address of the server, in place of the usual one.', {
      max: 2048,
      pattern: /^https?:\/\/[^ /]+/,
      hint: 'must be an http:// or https:// URL',
    }).optional(),
    headers: mapOf(
      text('Value of the header.', { min: 0, max: 4096 }),
      'Headers to send with every request. Keep secrets in credential.',
      { max: 32 },
    ).optional(),
    platform: group(
      'Cloud that serves the model.',
      {
        type: oneOf(
          ['bedrock', 'vertex', 'azure', 'aws', 'gcp'],
          'Name of the platform; aws and gcp are older names of bedrock and vertex.',
        ),
        region: text('Region of the platform.', { max: 64 }).optional(),
        project: text('Project. Required on vertex.', {
          max: 128,
        }).optional(),
        endpoint: text('Endpoint. Required on azure.', {
          max: 2048,
          pattern: /^https?:\/\/[^ /]+/,
          hint: 'must be an http:// or https:// URL',
        }).optional(),
      },
      {
        rules: [
          {
            rule: "!(self.type in ['vertex', 'gcp']) || has(self.project)",
            message: 'must be set when type is vertex',
            fieldPath: '.project',
            reason: 'FieldValueRequired',
          },
          {
            rule: "self.type != 'azure' || has(self.endpoint)",
            message: 'must be set when type is azure',
            fieldPath: '.endpoint',
            reason: 'FieldValueRequired',
          },
        ],
      },
    ).optional(),
    auth: group(
      'How to sign in to the platform.',
      {
        type: oneOf(
          [
            'workloadIdentity',
            'accessKey',
            'serviceAccount',
            'servicePrincipal',
          ],
          'Kind of identity.',
        ),
        roleArn: text('AWS role to assume.', { max: 2048 }).optional(),
        serviceAccountEmail: text('Google service account.', {
          max: 320,
        }).optional(),
        credentialsSecretRef: secretKeyRef(
          'Secret with the credentials. Required unless type is workloadIdentity.',
          'Key of the Secret.',
        ).optional(),
      },
      {
        rules: [
          {
            rule: "self.type == 'workloadIdentity' || has(self.credentialsSecretRef)",
            message: 'must be set unless type is workloadIdentity',
            fieldPath: '.credentialsSecretRef',
            reason: 'FieldValueRequired',
          },
        ],
      },
    ).optional(),
    credential: group(
      'Where the API key is found: at most one of secretRef, envVar, filePath.',
      {
        secretRef: secretKeyRef(
          'Secret that holds the key.',
          "Key of the Secret. Without it the provider's usual names are tried.",
        ).optional(),
        envVar: text('Environment variable of the worker that holds the key.', {
          max: 128,
          pattern: /^[A-Za-z_][A-Za-z0-9_]*$/,
        }).optional(),
        filePath: text('File on the worker that holds the key.', {
          max: 1024,
        }).optional(),
      },
      {
        rules: [
          {
            rule: '[has(self.secretRef), has(self.envVar), has(self.filePath)].filter(set, set).size() <= 1',
            message: 'at most one of secretRef, envVar or filePath may be set',
          },
        ],
      },
    ).optional(),
    secretRef: secretKeyRef(
      'Older name of credential.secretRef.',
      "Key of the Secret. Without it the provider's usual names are tried.",
    ).optional(),
    defaults: group('Parameters of requests that nothing else sets.', {
      temperature: decimal('Sampling temperature.').optional(),
      topP: decimal('Nucleus sampling.', {
        rules: [
          {
            rule: 'double(self) <= 1.0',
            message: 'must not be greater than 1',
          },
        ],
      }).optional(),
      maxTokens: int32('Longest answer in tokens.', { min: 1 }).optional(),
      contextWindow: int32('Size of the context in tokens.', {
        min: 1,
      }).optional(),
      truncationStrategy: oneOf(
        ['sliding', 'summarize', 'custom'],
        'What happens when the context is full.',
      ).optional(),
      requestTimeout: duration('How long one request may take.', {
        positive: true,
      }).optional(),
      streamIdleTimeout: duration('How long a stream may be silent.', {
        positive: true,
      }).optional(),
    }).optional(),
    pricing: group('Prices, so that cost and budgets can be computed.', {
      inputCostPer1K: decimal('Price of 1,000 input tokens.').optional(),
      outputCostPer1K: decimal('Price of 1,000 output tokens.').optional(),
      cachedCostPer1K: decimal(
        'Price of 1,000 input tokens that the provider had cached.',
      ).optional(),
    }).optional(),
    capabilities: listOf(
      oneOf(
        [
          'text',
          'streaming',
          'vision',
          'tools',
          'json',
          'audio',
          'video',
          'documents',
          'duplex',
        ],
        'A capability.',
      ),
      'What the model can do; scenarios may require capabilities.',
      { max: 9, listType: 'set' },
    ).optional(),
    tts: anyObject('Settings of speech synthesis.').optional(),
    stt: anyObject('Settings of speech recognition.').optional(),
    embedding: anyObject('Settings of embeddings.').optional(),
  },
  {
    rules: [
      ...SPEC_RULES,
      {
        rule: '!has(self.secretRef) || !has(self.credential)',
        message: 'must not be set together with credential',
        fieldPath: '.secretRef',
        reason: 'FieldValueForbidden',
      },
    ],
  },
);
