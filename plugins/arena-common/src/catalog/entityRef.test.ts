/**
 * @jest-environment node
 */
import {
  KubernetesValidatorFunctions,
  stringifyEntityRef,
} from '@backstage/catalog-model';
import fc from 'fast-check';
import { arenaEntityName, arenaEntityRef } from './entityRef';

const namespace = 'team';

describe('arenaEntityName', () => {
  it('holds the name and the cluster', () => {
    expect(
      arenaEntityName({ cluster: 'embedded', namespace, name: 'nightly.v2' }),
    ).toBe('nightly.v2_embedded');
    expect(
      arenaEntityRef({
        kind: 'ArenaJob',
        cluster: 'embedded',
        namespace,
        name: 'nightly',
      }),
    ).toBe('arenajob:team/nightly_embedded');
  });

  it('tells what providers and agents of one name are, since both are Resources', () => {
    const of = (kind: 'Provider' | 'AgentRuntime', name: string) =>
      arenaEntityRef({ kind, cluster: 'prod', namespace, name });
    expect(of('Provider', 'gpt')).toBe('resource:team/gpt_provider_prod');
    expect(of('AgentRuntime', 'gpt')).toBe('resource:team/gpt_agent_prod');
    const long = 'x'.repeat(100);
    expect(of('Provider', long)).not.toBe(of('AgentRuntime', long));
  });

  it('is shortened, with a hash, when it is too long', () => {
    const name = 'x'.repeat(253);
    expect(arenaEntityName({ cluster: 'embedded', namespace, name })).toMatch(
      /^x{48}__[0-9a-z]{13}$/,
    );
  });

  const part = fc.oneof(
    fc.stringMatching(/^[a-z0-9]([-a-z0-9.]{0,80}[a-z0-9])?$/),
    fc.stringMatching(/^[A-Za-z0-9_.-]{1,40}$/),
    fc.string({ minLength: 1, maxLength: 300, unit: 'grapheme' }),
    fc.constantFrom('a', 'a.b', 'a_b', 'b', 'A', '-', '__', 'a-b'),
  );
  const object = fc.record({
    cluster: part,
    name: part,
    namespace: fc.constant(namespace),
  });

  it('is a valid name for an entity, whatever the object is called', () => {
    fc.assert(
      fc.property(object, value => {
        const name = arenaEntityName(value);
        expect(KubernetesValidatorFunctions.isValidObjectName(name)).toBe(true);
        expect(arenaEntityRef({ ...value, kind: 'ArenaJob' })).toBe(
          stringifyEntityRef({ kind: 'ArenaJob', namespace, name }),
        );
        // Entities are told apart without regard to case.
        expect(name).toBe(name.toLocaleLowerCase('en-US'));
      }),
      { numRuns: 2_000 },
    );
  });

  it('is another for another object', () => {
    fc.assert(
      fc.property(object, object, (one, other) => {
        fc.pre(one.cluster !== other.cluster || one.name !== other.name);
        expect(arenaEntityName(one)).not.toBe(arenaEntityName(other));
      }),
      { numRuns: 5_000 },
    );
  });
});
