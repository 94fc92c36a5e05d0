import { admit, formatCause } from './index';

function faults(metadata: unknown, kind = 'ArenaJob', spec?: object): string[] {
  const result = admit(
    {
      apiVersion: 'omnia.altairalabs.ai/v1alpha1',
      kind,
      metadata,
      spec: spec ?? { sourceRef: { name: 'bundle' } },
    },
    { operation: 'create' },
  );
  return result.causes.map(formatCause);
}

const KEY_HINT =
  "the name must be at most 63 letters, digits, '-', '_' or '.', beginning and ending with a letter or digit";

describe('metadata', () => {
  it.each<[string, unknown, string[]]>([
    [
      'absent',
      undefined,
      ['metadata.name: Required value: name or generateName is required'],
    ],
    [
      'empty',
      { name: '' },
      ['metadata.name: Required value: name or generateName is required'],
    ],
    [
      'a list',
      [],
      ['metadata: Invalid value: "array": must be of type object, not array'],
    ],
    [
      'a number as name',
      { name: 5 },
      ['metadata.name: Invalid value: 5: must be of type string, not integer'],
    ],
    [
      'capitals',
      { name: 'My-Job' },
      [
        `metadata.name: Invalid value: "My-Job": must be a lower case RFC 1123 subdomain: letters, digits, '-' and '.', beginning and ending with a letter or digit`,
      ],
    ],
    ['the longest name', { name: 'a'.repeat(56) }, []],
    [
      'a name that leaves no room for the worker Job',
      { name: 'a'.repeat(57) },
      [
        `metadata.name: Invalid value: "${'a'.repeat(
          57,
        )}": must be at most 56 characters long, to fit in the labels and names that are made of it`,
      ],
    ],
    ['the longest generateName', { generateName: `${'a'.repeat(50)}-` }, []],
    [
      'a generateName that leaves no room',
      { generateName: 'a'.repeat(52) },
      ['metadata.generateName: Too long: may not be more than 51 characters'],
    ],
    [
      'a namespace with a dot',
      { name: 'a', namespace: 'a.b' },
      [
        `metadata.namespace: Invalid value: "a.b": must be a lower case RFC 1123 label: letters, digits and '-', beginning and ending with a letter or digit`,
      ],
    ],
    [
      'labels',
      {
        name: 'a',
        labels: {
          'example.com/ok': 'fine',
          '-x': 'a',
          n: 5,
          long: 'a'.repeat(64),
        },
      },
      [
        `metadata.labels: Invalid value: "-x": ${KEY_HINT}`,
        'metadata.labels[n]: Invalid value: 5: must be of type string, not integer',
        `metadata.labels[long]: Invalid value: "${'a'.repeat(
          64,
        )}": must be empty or at most 63 letters, digits, '-', '_' or '.', beginning and ending with a letter or digit`,
      ],
    ],
    [
      'annotations',
      {
        name: 'a',
        annotations: { ok: 'any text\n', Upper: '', 'a/b/c': '', flag: true },
      },
      [
        `metadata.annotations: Invalid value: "a/b/c": ${KEY_HINT}`,
        'metadata.annotations[flag]: Invalid value: true: must be of type string, not boolean',
      ],
    ],
    [
      'annotations that are too large in all',
      {
        name: 'a',
        annotations: { one: 'ü'.repeat(100000), two: 'x'.repeat(70000) },
      },
      [
        'metadata.annotations: Too long: may not be more than 262144 bytes in all',
      ],
    ],
    [
      'an owner without uid, a finalizer without a domain',
      {
        name: 'a',
        finalizers: ['plain', 'arena.backstage.io/run'],
        ownerReferences: [{ apiVersion: 'v1', kind: 'A', name: 'a' }],
      },
      [
        'metadata.finalizers[0]: Invalid value: "plain": must have the form example.com/name',
        'metadata.ownerReferences[0].uid: Required value: must be a non-empty string',
      ],
    ],
    [
      'a misspelt field',
      { name: 'a', label: {} },
      ['unknown field "metadata.label", did you mean "metadata.labels"?'],
    ],
    [
      'what a server wrote',
      {
        name: 'a',
        creationTimestamp: null,
        uid: 'u',
        resourceVersion: '7',
        generation: 1,
        managedFields: [],
      },
      [],
    ],
  ])('with %s', (_title, metadata, expected) => {
    expect(faults(metadata)).toEqual(expected);
  });

  it('lets names of kinds that end up in no label be as long as Kubernetes does', () => {
    expect(
      faults({ name: 'a'.repeat(253) }, 'Provider', { type: 'mock' }),
    ).toEqual([]);
    expect(
      faults({ name: 'a'.repeat(254) }, 'Provider', { type: 'mock' }),
    ).toEqual(['metadata.name: Too long: may not be more than 253 characters']);
  });
});
