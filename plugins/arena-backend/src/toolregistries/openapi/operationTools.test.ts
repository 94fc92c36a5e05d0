import { openApiKind } from '../kinds/openapi';
import { operationTools } from './operationTools';

const DOCUMENT = {
  openapi: '3.0.3',
  servers: [{ url: '/v{version}', variables: { version: { default: '2' } } }],
  paths: {
    '/pets/{pet-id}': {
      parameters: [{ $ref: '#/components/parameters/PetId' }],
      get: {
        operationId: 'getPet',
        summary: 'Finds a pet',
        parameters: [
          { name: 'fields', in: 'query', schema: { type: 'string' } },
          { name: 'X-Trace', in: 'header', schema: { type: 'string' } },
          { name: 'Authorization', in: 'header', schema: { type: 'string' } },
        ],
      },
      put: {
        operationId: 'pets.update',
        requestBody: {
          required: true,
          content: {
            'application/json': {
              schema: { $ref: '#/components/schemas/Pet' },
            },
          },
        },
      },
    },
    '/pets': {
      post: {
        requestBody: {
          content: {
            'application/json': {
              schema: {
                type: 'array',
                items: { $ref: '#/components/schemas/Pet' },
              },
            },
          },
        },
      },
      delete: {
        parameters: [
          { name: 'session', in: 'cookie', required: true, schema: {} },
        ],
      },
    },
    '/orders/{order}': { get: { operationId: 'order' } },
  },
  components: {
    parameters: {
      PetId: {
        name: 'pet-id',
        in: 'path',
        required: true,
        description: 'Number of the pet',
        schema: { type: 'integer', minimum: 0, exclusiveMinimum: true },
      },
    },
    schemas: {
      Pet: {
        type: 'object',
        required: ['name'],
        properties: {
          name: { type: 'string', example: 'Rex' },
          nullable: { type: 'boolean' },
          owner: { type: 'string', nullable: true },
          parent: { $ref: '#/components/schemas/Pet' },
        },
      },
    },
  },
};

const read = (
  document: unknown = DOCUMENT,
  options: { baseUrl?: string; filter?: string[] } = {},
) =>
  operationTools(document, {
    specUrl: 'https://api.example.com/docs/openapi.json',
    ...options,
  });

const HANDLER = {
  name: 'pets',
  type: 'openapi' as const,
  timeout: '30s',
  openAPIConfig: { specURL: 'https://api.example.com/docs/openapi.json' },
};

/** As a worker gets it. */
const specOf = (name: string) => {
  const tool = read().find(entry => entry.name === name)!;
  return JSON.parse(
    JSON.stringify(
      openApiKind.toSpec(HANDLER, {
        ...JSON.parse(JSON.stringify(tool)),
        handlerName: 'pets',
      }),
    ),
  );
};

describe('operationTools', () => {
  it('makes a tool of each operation', () => {
    expect(
      read().map(({ name, endpoint, status }) => [name, endpoint, status]),
    ).toEqual([
      ['getPet', 'GET https://api.example.com/v2/pets/{pet_id}', 'Available'],
      [
        'pets_update',
        'PUT https://api.example.com/v2/pets/{pet_id}',
        'Available',
      ],
      ['post_pets', 'POST https://api.example.com/v2/pets', 'Available'],
      ['delete_pets', 'DELETE https://api.example.com/v2/pets', 'Unavailable'],
      ['order', 'GET https://api.example.com/v2/orders/{order}', 'Available'],
    ]);
  });

  it('says where each argument travels', () => {
    expect(specOf('getPet')).toEqual({
      mode: 'live',
      input_schema: {
        type: 'object',
        properties: {
          pet_id: {
            type: 'integer',
            exclusiveMinimum: 0,
            description: 'Number of the pet',
          },
          fields: { type: 'string' },
          X_Trace: { type: 'string' },
        },
        required: ['pet_id'],
      },
      http: {
        method: 'GET',
        url: 'https://api.example.com/v2/pets/{{.pet_id}}',
        request: {
          query_params: { fields: 'fields' },
          header_params: { 'X-Trace': 'X_Trace' },
          exclude: ['pet_id'],
        },
      },
    });
  });

  it('offers the fields of a body, and ends schemas that contain themselves', () => {
    const { input_schema: schema, http } = specOf('pets_update');
    expect(schema.required).toEqual(['pet_id', 'name']);
    expect(schema.properties).toMatchObject({
      name: { type: 'string' },
      nullable: { type: 'boolean' },
      owner: { type: ['string', 'null'] },
      parent: {},
    });
    expect(http.request.exclude).toEqual(['pet_id']);
    expect(http.request.body_mapping).toBeUndefined();
  });

  it('takes a body that is no object as one argument', () => {
    const { input_schema: schema, http } = specOf('post_pets');
    expect(schema.properties.body).toMatchObject({
      type: 'array',
      items: { type: 'object' },
    });
    expect(http.request.body_mapping).toBe('"body"');
  });

  it('declares what a path names', () => {
    expect(specOf('order').input_schema).toMatchObject({
      properties: { order: { type: 'string' } },
      required: ['order'],
    });
  });

  it('chooses operations and the server', () => {
    const tools = read(DOCUMENT, {
      filter: ['pets.update'],
      baseUrl: 'http://localhost:1/x',
    });
    expect(tools.map(({ endpoint }) => endpoint)).toEqual([
      'PUT http://localhost:1/x/pets/{pet_id}',
    ]);
  });

  it.each<[string, unknown, string[] | undefined, RegExp]>([
    ['a text', 'hello', undefined, /no OpenAPI document/],
    ['an older version', { swagger: '2.0' }, undefined, /"2.0": allowed are/],
    ['an unknown operation', DOCUMENT, ['nope'], /operationFilter names nope/],
    [
      'a reference to another document',
      {
        openapi: '3.1.0',
        paths: {
          '/a': {
            get: { parameters: [{ $ref: 'http://evil/x.json#/a' }] },
          },
        },
      },
      undefined,
      /operation get\/a: http:\/\/evil\/x\.json#\/a refers to another document/,
    ],
    [
      'a reference to nothing',
      {
        openapi: '3.1.0',
        paths: { '/a': { get: { parameters: [{ $ref: '#/nope' }] } } },
      },
      undefined,
      /#\/nope is not in the document/,
    ],
    [
      'a server that is no web server',
      {
        openapi: '3.1.0',
        servers: [{ url: 'file:///etc' }],
        paths: { '/a': { get: {} } },
      },
      undefined,
      /not reached by http or https/,
    ],
  ])('refuses %s', (_, document, filter, message) => {
    expect(() => read(document, { filter })).toThrow(message);
  });

  it('refuses schemas that grow without end', () => {
    const level = (n: number): [string, object] => [
      `L${n}`,
      {
        type: 'object',
        properties: Object.fromEntries(
          Array.from({ length: 8 }, (_, i) => [
            `p${i}`,
            { $ref: `#/components/schemas/L${n + 1}` },
          ]),
        ),
      },
    ];
    const bomb = {
      openapi: '3.1.0',
      paths: {
        '/a': {
          post: {
            requestBody: {
              content: {
                'application/json': {
                  schema: { $ref: '#/components/schemas/L0' },
                },
              },
            },
          },
        },
      },
      components: {
        schemas: Object.fromEntries([
          ...Array.from({ length: 12 }, (_, n) => level(n)),
          ['L12', { type: 'string' }],
        ]),
      },
    };
    expect(() => read(bomb)).toThrow(
      /schemas of its operations have more than 200000 parts/,
    );
  });

  it.each<[string, object, string]>([
    [
      'a path that would change the host',
      { '@evil.example.com/a': { get: {} } },
      'a path does not begin with /',
    ],
    [
      'a long path',
      { [`/${'a'.repeat(3_000)}`]: { get: {} } },
      `the path /${'a'.repeat(39)}… has more than 2048 characters`,
    ],
    [
      'a long id',
      { '/a': { get: { operationId: '_'.repeat(100_000) } } },
      `the operationId ${'_'.repeat(40)}… has more than 2048 characters`,
    ],
    [
      'a long server',
      { '/a': { get: { servers: [{ url: '{'.repeat(100_000) }] } } },
      `the server ${'{'.repeat(40)}… has more than 2048 characters`,
    ],
    [
      'too many parameters',
      {
        '/a': {
          get: {
            parameters: Array.from({ length: 257 }, (_, n) => ({
              name: `p${n}`,
              in: 'query',
            })),
          },
        },
      },
      'operation get/a: it has more than 256 parameters',
    ],
    [
      'too many operations',
      Object.fromEntries(
        Array.from({ length: 1_025 }, (_, n) => [`/${n}`, { get: {} }]),
      ),
      'it has more than 1024 operations: name those to offer in operationFilter',
    ],
    [
      'tools that no status can hold',
      Object.fromEntries(
        Array.from({ length: 200 }, (_, n) => [
          `/${n}`,
          { get: { description: 'd'.repeat(4_096) } },
        ]),
      ),
      'operation get/123: with it the tools have more than 524288 bytes: name those to offer in operationFilter',
    ],
  ])('refuses %s', (_, paths, message) => {
    expect(() => read({ openapi: '3.1.0', paths })).toThrow(message);
  });
});
