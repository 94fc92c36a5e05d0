import {
  admitText,
  formatCause,
  parseDocuments,
  parseFieldPath,
  formatFieldPath,
} from './index';

const HEAD = `apiVersion: omnia.altairalabs.ai/v1alpha1
kind: ArenaJob
metadata:
  name: x
`;

/** Faults as `line:column field`. */
function places(text: string): string[] {
  const { documents } = admitText(text);
  return documents.flatMap(({ causes }) =>
    causes.map(({ line, column, field }) => `${line}:${column} ${field}`),
  );
}

describe('parseDocuments', () => {
  it('says where a fault stands', () => {
    const text = `${HEAD}spec:
  sourceRef: {}
  type: nothing
  providers:
    default:
      - providerRef: { name: a }
      - providerRef: { name: b }
        agentRef: { name: c }
  workers:
    minReplicas: 3
    maxReplicas: 1
`;
    expect(places(text)).toEqual([
      '6:3 spec.sourceRef.name',
      '7:3 spec.type',
      '11:9 spec.providers[default][1]',
      '14:5 spec.workers.minReplicas',
    ]);
  });

  it('finds entries of a provider group in map form', () => {
    const text = `${HEAD}spec:
  sourceRef: { name: a }
  providers:
    judge:
      good: { providerRef: { name: a } }
      bad: {}
`;
    expect(places(text)).toEqual(['10:7 spec.providers[judge][1]']);
  });

  it('reads several documents, lists of objects and JSON, and skips what is empty', () => {
    const text = `---
# nothing
---
${HEAD}spec: { sourceRef: { name: a } }
---
apiVersion: v1
kind: List
items:
  - {apiVersion: omnia.altairalabs.ai/v1alpha1, kind: ArenaJob, metadata: {name: y}, spec: {}}
...
`;
    const { documents, problems } = admitText(text);
    expect(problems).toEqual([]);
    expect(
      documents.map(({ object, position, causes }) => [
        object.metadata.name,
        position.line,
        causes.map(({ line }) => line),
      ]),
    ).toEqual([
      ['x', 4, []],
      ['y', 13, [13]],
    ]);
    expect(
      parseDocuments('{"kind": "ArenaJob",\n "spec": {}}').documents[0].locate(
        'spec.sourceRef',
      ),
    ).toEqual({ line: 2, column: 2 });
  });

  it('follows aliases to where the value stands', () => {
    const text = `${HEAD}spec:
  sourceRef: &ref { name: Bad }
  providers:
    default:
      - providerRef: *ref
`;
    expect(places(text)).toEqual([
      '6:21 spec.sourceRef.name',
      '6:21 spec.providers[default][0].providerRef.name',
    ]);
  });

  it.each<[string, string, RegExp, number]>([
    [
      'a list that does not end',
      'a:\n  b: [1,\nc: 2\n',
      /Flow sequence|must be/,
      3,
    ],
    ['a key twice', 'a: 1\nb: 2\na: 3\n', /Map keys must be unique/, 3],
    ['a tab', 'a:\n\tb: 1\n', /Tabs are not allowed/, 2],
    ['an alias to nothing', 'a: 1\nb: *nope\n', /Unresolved alias/, 1],
  ])('reports %s', (_title, text, message, line) => {
    const { documents, problems } = parseDocuments(text);
    expect(documents).toEqual([]);
    expect(problems[0].message).toMatch(message);
    expect(problems[0].line).toBe(line);
  });

  it('survives texts made to hurt', () => {
    const deep = parseDocuments(`a: ${'['.repeat(20000)}`);
    expect(deep.problems.length).toBeGreaterThan(0);
    const bomb = [
      'a0: &a0 [x, x, x, x, x, x, x, x, x, x]',
      ...Array.from(
        { length: 9 },
        (_, i) =>
          `a${i + 1}: &a${i + 1} [${Array(10).fill(`*a${i}`).join(', ')}]`,
      ),
    ].join('\n');
    expect(parseDocuments(bomb).problems).toEqual([
      expect.objectContaining({
        message: expect.stringContaining('Excessive alias count'),
      }),
    ]);
    expect(parseDocuments('\u0000').documents.length).toBeLessThan(2);
    expect(parseDocuments('')).toEqual({ documents: [], problems: [] });
  });

  it('refuses a document that is no object', () => {
    const { documents } = admitText('just text\n');
    expect(documents[0].causes.map(formatCause)).toEqual([
      'Invalid value: "just text": must be of type object, not string',
    ]);
  });
});

describe('field paths', () => {
  it('are written as kubectl does and read back', () => {
    const text = 'spec.providers[default][0].providerRef.name';
    expect(parseFieldPath(text)).toEqual([
      { field: 'spec' },
      { field: 'providers' },
      { key: 'default' },
      { index: 0 },
      { field: 'providerRef' },
      { field: 'name' },
    ]);
    expect(formatFieldPath(parseFieldPath(text))).toBe(text);
  });
});
