import { parseDocument } from 'yaml';
import { locateField, problemsOf, stepsOf } from './locateField';

const TEXT = `apiVersion: omnia.altairalabs.ai/v1alpha1
kind: ArenaJob
metadata:
  name: test
  annotations:
    arena.backstage.io/component: x
spec:
  providers:
    default:
      - providerRef:
          name: a
        agentRef:
          name: b
  workers: { minReplicas: 5 }
`;

function textAt(field: string): string {
  const { from, to } = locateField(parseDocument(TEXT), field);
  return TEXT.slice(from, to);
}

describe('stepsOf', () => {
  it.each([
    ['spec.type', ['spec', 'type']],
    [
      'spec.providers[default][0].providerRef',
      ['spec', 'providers', 'default', '0', 'providerRef'],
    ],
    ['metadata.annotations["a.b/c"]', ['metadata', 'annotations', 'a.b/c']],
    [
      'metadata.annotations[arena.backstage.io/owner]',
      ['metadata', 'annotations', 'arena.backstage.io/owner'],
    ],
    ['', []],
  ])('reads %s', (field, steps) => {
    expect(stepsOf(field)).toEqual(steps);
  });
});

describe('locateField', () => {
  it('finds a key with its scalar', () => {
    expect(textAt('metadata.name')).toBe('name: test');
  });

  it('finds the key alone of a value with many lines', () => {
    expect(textAt('spec.providers')).toBe('providers');
  });

  it('finds entries of lists and what is in them', () => {
    expect(textAt('spec.providers[default][0]')).toMatch(/^providerRef:\n/);
    expect(textAt('spec.providers[default][0].agentRef')).toBe('agentRef');
  });

  it('finds keys with dots', () => {
    expect(textAt('metadata.annotations[arena.backstage.io/component]')).toBe(
      'arena.backstage.io/component: x',
    );
  });

  it('finds values within one line', () => {
    expect(textAt('spec.workers.minReplicas')).toBe('minReplicas: 5');
  });

  it('points at the nearest parent of what is missing', () => {
    expect(textAt('spec.sourceRef.name')).toBe('spec');
    expect(textAt('spec.providers[default][7].providerRef')).toBe('default');
  });

  it('points at the beginning when nothing is known', () => {
    expect(locateField(parseDocument(''), 'spec.type')).toEqual({
      from: 0,
      to: 0,
    });
    expect(locateField(parseDocument('- 1'), 'spec.type').from).toBe(0);
  });
});

it('names the field once', () => {
  const document = parseDocument(TEXT);
  const messages = problemsOf(document, [
    { field: 'metadata.name', reason: 'x', message: 'is wrong' },
    {
      field: 'spec.workers',
      reason: 'x',
      message: 'spec.workers: Invalid value: 5',
    },
  ]).map(problem => problem.message);
  expect(messages).toEqual([
    'metadata.name: is wrong',
    'spec.workers: Invalid value: 5',
  ]);
});
