import { apiVersionOf, ARENA_KINDS, ArenaKind } from '../meta';
import { crdOf, structuralSchemaOf } from './crdOf';
import { jsonSchemaOf } from './jsonSchemaOf';
import { StructuralSchema } from './StructuralSchema';

const KINDS = ARENA_KINDS.map(names => names.kind);

function nodes(
  schema: StructuralSchema,
  path: string,
): Array<{ path: string; schema: StructuralSchema }> {
  return [
    { path, schema },
    ...Object.entries(schema.properties ?? {}).flatMap(([name, property]) =>
      nodes(property, `${path}.${name}`),
    ),
    ...(schema.items ? nodes(schema.items, `${path}[]`) : []),
    ...(schema.additionalProperties
      ? nodes(schema.additionalProperties, `${path}[*]`)
      : []),
  ];
}

function specNodes(kind: ArenaKind) {
  const { spec, status } = structuralSchemaOf(kind).properties!;
  return [...nodes(spec, 'spec'), ...(status ? nodes(status, 'status') : [])];
}

describe.each(KINDS)('the CRD of %s', kind => {
  it('describes every field', () => {
    for (const { path, schema } of specNodes(kind)) {
      expect({ path, description: schema.description }).toEqual({
        path,
        description: expect.stringMatching(/^\S.*\.$/),
      });
    }
  });

  it('bounds every text, list and map, because the API server estimates the cost of rules from the bounds', () => {
    const unbounded = specNodes(kind).filter(({ schema }) => {
      switch (schema.type) {
        case 'string':
          return (
            schema.maxLength === undefined &&
            !schema.enum &&
            schema.format !== 'date-time'
          );
        case 'array':
          return schema.maxItems === undefined;
        case 'object':
          return (
            schema.additionalProperties !== undefined &&
            schema.maxProperties === undefined
          );
        default:
          return false;
      }
    });
    expect(unbounded.map(({ path }) => path)).toEqual([]);
  });

  it('has patterns that mean the same in Go: no look-around, no back-references', () => {
    for (const { schema } of specNodes(kind)) {
      expect(schema.pattern ?? '').not.toMatch(/\(\?|\\[1-9dwsDWSbB]/);
    }
  });

  it('carries no extension that the API server does not know', () => {
    const extensions = JSON.stringify(crdOf(kind)).match(/"x-[a-z-]+"/g) ?? [];
    expect(extensions.filter(key => !key.startsWith('"x-kubernetes-'))).toEqual(
      [],
    );
  });

  it('writes status apart, and has names and columns', () => {
    const { metadata, spec } = crdOf(kind);
    expect(metadata.name).toBe(`${spec.names.plural}.${spec.group}`);
    expect(apiVersionOf(kind)).toBe(`${spec.group}/${spec.versions[0].name}`);
    expect(spec.names.shortNames).toHaveLength(1);
    expect(spec.versions[0].subresources).toEqual(
      kind === 'ArenaReferenceGrant' ? undefined : { status: {} },
    );
    const columns = spec.versions[0].additionalPrinterColumns;
    const wide = columns.filter(({ priority = 0 }) => priority > 0);
    const narrow = columns.slice(0, columns.length - wide.length);
    expect(columns).toEqual([...narrow, ...wide]);
    expect(narrow.at(-1)?.name).toBe('Age');
  });

  it('says who manages it, so that a CRD of another origin can be told apart', () => {
    expect(crdOf(kind).metadata.labels).toMatchObject({
      'app.kubernetes.io/managed-by': 'backstage-arena',
    });
  });
});

describe('jsonSchemaOf', () => {
  it('closes objects, except where anything may stand', () => {
    const schema = jsonSchemaOf('ArenaJob');
    expect(schema).toMatchObject({
      title: 'ArenaJob',
      properties: {
        metadata: { properties: { name: { maxLength: 56 } } },
        spec: {
          required: ['sourceRef'],
          additionalProperties: false,
          properties: {
            type: {
              default: 'evaluation',
              enum: ['evaluation', 'loadtest', 'datagen'],
            },
            providers: {
              additionalProperties: { type: 'array', maxItems: 64 },
            },
          },
        },
      },
    });
    expect(JSON.stringify(schema)).not.toContain('x-');
    expect(jsonSchemaOf('AgentRuntime')).toMatchObject({
      properties: { spec: { additionalProperties: true } },
    });
  });
});
