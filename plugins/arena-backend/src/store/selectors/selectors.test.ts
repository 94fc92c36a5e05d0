import { ArenaObject } from '@backstage-arena/plugin-arena-common';
import { matchesFields, parseFieldSelector } from './fieldSelector';
import { matchesLabels, parseLabelSelector } from './labelSelector';

function object(
  labels?: Record<string, string>,
  change: Partial<ArenaObject> = {},
): ArenaObject {
  return {
    apiVersion: 'omnia.altairalabs.ai/v1alpha1',
    kind: 'ArenaJob',
    metadata: {
      name: 'job',
      namespace: 'team',
      uid: 'uid',
      resourceVersion: '1',
      generation: 1,
      creationTimestamp: '2026-11-23T10:00:00Z',
      labels,
    },
    spec: { type: 'evaluation', sourceRef: { name: 'source' } },
    ...change,
  };
}

describe('label selectors', () => {
  it.each<[string, boolean]>([
    ['', true],
    ['a=1', true],
    ['a==1', true],
    ['a=2', false],
    ['a!=1', false],
    ['a!=2', true],
    ['missing!=1', true],
    ['a in (1,2)', true],
    ['a in(2 , 3)', false],
    ['a notin (2,3)', true],
    ['a notin (1)', false],
    ['missing notin (1)', true],
    ['a', true],
    ['missing', false],
    ['!a', false],
    ['! missing', true],
    ['example.com/b=x', true],
    ['empty=', true],
    ['empty in ()', true],
    ['empty in (,x)', true],
    ['a=1,example.com/b in (x,y),!c', true],
    ['a=1,c', false],
    [' a = 1 , empty ', true],
    ['in in (in)', true],
    ['toString', false],
  ])('understands %j', (selector, expected) => {
    const labels = { a: '1', 'example.com/b': 'x', empty: '', in: 'in' };
    expect(matchesLabels(object(labels), parseLabelSelector(selector))).toBe(
      expected,
    );
  });

  it.each([
    'a=b,',
    ',a',
    'a,,b',
    'a=b c',
    'a in 1',
    'a in (1',
    'a in (1 2)',
    'a=(b)',
    'a<1',
    '-a=1',
    '!',
    '!=x',
    '=',
    'a=%00',
    'a=\0',
    `${'k'.repeat(64)}=v`,
    `k=${'v'.repeat(64)}`,
    'a/b/c=1',
  ])('refuses %j and shows it', selector => {
    expect(() => parseLabelSelector(selector)).toThrow(
      `labelSelector: Invalid value: "${selector}"`,
    );
  });
});

describe('field selectors', () => {
  it.each<[string, boolean]>([
    ['', true],
    ['metadata.name=job', true],
    ['metadata.name==job,metadata.namespace=team', true],
    ['metadata.name!=job', false],
    ['status.phase=', true],
    ['status.phase!=Running', true],
    ['spec.type=evaluation,spec.sourceRef.name=source', true],
    ['spec.sourceRef.name=other', false],
    ['spec.sourceRef.name=a\\,b', false],
  ])('understands %j', (selector, expected) => {
    expect(matchesFields(object(), parseFieldSelector(selector))).toBe(
      expected,
    );
  });

  it('reads escaped characters', () => {
    expect(parseFieldSelector('metadata.name=a\\,b\\=c\\\\')).toEqual([
      { field: 'metadata.name', operator: '=', value: 'a,b=c\\' },
    ]);
  });

  it.each([
    ['metadata.name', 'is not of the form'],
    ['spec.workers.replicas=1', 'field label not supported'],
    ['__proto__=x', 'field label not supported'],
    ['metadata.name=a\0', 'NUL'],
  ])('refuses %j', (selector, message) => {
    expect(() => parseFieldSelector(selector)).toThrow(message);
  });
});
