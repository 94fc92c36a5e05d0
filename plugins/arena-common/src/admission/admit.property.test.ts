import fc from 'fast-check';
import { structuralSchemaOf } from '../resources/crd';
import { KIND_DEFINITIONS } from '../resources/crd/definitions';
import { apiVersionOf, ARENA_KINDS, ArenaKind } from '../resources/meta';
import { valuesOf } from './__testUtils__/arbitraries';
import { admit, AdmitResult, admitText, formatCause } from './index';

const KINDS = ARENA_KINDS.map(names => names.kind);

function objectOf(kind: ArenaKind, spec: unknown) {
  return {
    apiVersion: apiVersionOf(kind),
    kind,
    metadata: { name: 'x' },
    spec,
  };
}

/** Reasons that come from the schema alone, which zod must see as well. */
const OF_THE_SCHEMA = [
  'FieldValueTypeInvalid',
  'FieldValueNotSupported',
  'FieldValueTooLong',
];

describe.each(KINDS)('admission of any %s', kind => {
  const specs = valuesOf(structuralSchemaOf(kind).properties!.spec);

  it('has an answer to everything, the same every time, and agrees with zod about shapes', () => {
    let accepted = 0;
    fc.assert(
      fc.property(specs, spec => {
        const first = admit(objectOf(kind, spec), { operation: 'create' });
        for (const cause of first.causes) {
          expect(formatCause(cause)).toMatch(/^(spec|unknown field)/);
        }
        accepted += Number(first.causes.length === 0);
        expect(faultsOfAcceptance(kind, first)).toEqual([]);
        expect(faultsOfRefusal(kind, spec, first)).toEqual([]);
      }),
      { numRuns: 300 },
    );
    // Runs that accept nothing would prove nothing; the blocks that these kinds must have are rarely made by chance.
    const rare = kind === 'ArenaSource' || kind === 'ToolRegistry';
    expect(accepted).toBeGreaterThan(rare ? -1 : 0);
  });
});

/** What is wrong about accepting: admitting again must change nothing, and zod must accept as well. */
function faultsOfAcceptance(kind: ArenaKind, result: AdmitResult): unknown[] {
  if (result.causes.length > 0) {
    return [];
  }
  const again = admit(result.object, { operation: 'create' });
  const parsed = KIND_DEFINITIONS[kind].spec.safeParse(result.object.spec);
  return [
    ...(JSON.stringify(again) === JSON.stringify(result) ? [] : [again]),
    ...(parsed.error?.issues ?? []),
  ];
}

/** What is wrong about refusing: for a fault of the schema alone zod must refuse as well. */
function faultsOfRefusal(
  kind: ArenaKind,
  spec: unknown,
  result: AdmitResult,
): unknown[] {
  const ofTheSchema = result.causes.filter(cause =>
    OF_THE_SCHEMA.includes(cause.reason),
  );
  const parsed = KIND_DEFINITIONS[kind].spec.safeParse(withoutNulls(spec));
  return parsed.success ? ofTheSchema : [];
}

/** Nulls of objects stand for absent fields; zod does not know that. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(withoutNulls);
  }
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value)
        .filter(([, child]) => child !== null)
        .map(([name, child]) => [name, withoutNulls(child)]),
    );
  }
  return value;
}

describe('admission', () => {
  it('answers any JSON and any text', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string(), (json, text) => {
        expect(admit(json, { operation: 'create' }).causes).not.toEqual([]);
        expect(admitText(text).documents.every(d => d.causes.length)).toBe(
          true,
        );
      }),
    );
  });

  it('never refuses an object for a default', () => {
    const seconds = fc.integer({ min: 1, max: 2000 });
    fc.assert(
      fc.property(seconds, fc.boolean(), (amount, ramp) => {
        const result = admit(
          objectOf('ArenaJob', {
            sourceRef: { name: 'a' },
            type: 'loadtest',
            loadTest: { [ramp ? 'rampUp' : 'duration']: `${amount}s` },
          }),
          { operation: 'create' },
        );
        expect(result.causes).toEqual([]);
      }),
    );
  });

  it('gives every field its place in the text', () => {
    fc.assert(
      fc.property(
        valuesOf(structuralSchemaOf('ArenaJob').properties!.spec),
        spec => {
          const text = JSON.stringify(objectOf('ArenaJob', spec), null, 2);
          const lines = text.split('\n');
          for (const cause of admitText(text).documents[0].causes) {
            const { line, column } = cause;
            expect(line).toBeLessThanOrEqual(lines.length);
            expect(lines[line - 1][column - 1]).toMatch(/\S/);
          }
        },
      ),
      { numRuns: 50 },
    );
  });

  it('copes with the largest object that the schema allows', () => {
    const names = (count: number, prefix: string) =>
      Array.from({ length: count }, (_, i) => `${prefix}${i}`);
    const spec = {
      sourceRef: { name: 'a' },
      scenarios: { include: names(256, 'scenarios/*-') },
      providers: Object.fromEntries(
        names(32, 'group').map(group => [
          group,
          names(64, 'p').map(id => ({ id, providerRef: { name: id } })),
        ]),
      ),
      toolRegistries: names(64, 't').map(name => ({ name })),
    };
    const result = admit(objectOf('ArenaJob', spec), { operation: 'create' });
    expect(result.causes).toEqual([]);
  });
});
