import {
  ArenaObject,
  ArenaReferenceGrant,
  ArenaReferenceGrantSpec,
  GrantedKind,
  Provider,
  ReferringKind,
} from '@backstage-arena/plugin-arena-common';
import { admit } from '@backstage-arena/plugin-arena-common/admission';
import { ServiceUnavailableError } from '@backstage/errors';
import { readerOf } from './__testUtils__/readerOf';
import { findLent } from './findLent';
import { ALLOWED_NAMESPACES_ANNOTATION, Referrer } from './grants';

function metadata(name: string, namespace = 'shared') {
  return {
    name,
    namespace,
    uid: `${namespace}-${name}`,
    resourceVersion: '1',
    generation: 1,
    creationTimestamp: '2026-11-23T00:00:00Z',
  };
}

function provider(annotation?: string): Provider {
  return {
    apiVersion: 'omnia.altairalabs.ai/v1alpha1',
    kind: 'Provider',
    metadata: {
      ...metadata('gpt'),
      annotations: annotation
        ? { [ALLOWED_NAMESPACES_ANNOTATION]: annotation }
        : undefined,
    },
    spec: { type: 'mock', role: 'llm' },
  };
}

type Entry<K extends 'from' | 'to'> = ArenaReferenceGrantSpec[K][number];

const TEAM: Entry<'from'> = { kind: 'ArenaJob', namespace: 'team' };
const GPT: Entry<'to'> = { kind: 'Provider', name: 'gpt' };

function grant(
  from: Entry<'from'>[] = [TEAM],
  to: Entry<'to'>[] = [GPT],
  meta: object = {},
): ArenaReferenceGrant {
  return {
    apiVersion: 'arena.backstage.io/v1alpha1',
    kind: 'ArenaReferenceGrant',
    metadata: { ...metadata('grant'), ...meta },
    spec: { from, to },
  };
}

interface Lookup {
  kind?: GrantedKind;
  from?: ReferringKind;
  team?: string;
  name?: string;
}

const JOB_OF_TEAM: Referrer = { namespace: 'team', kinds: ['ArenaJob'] };

function find(
  objects: Array<Provider | ArenaReferenceGrant>,
  referrer = JOB_OF_TEAM,
  namespaces?: string[],
) {
  return findLent<Provider>({
    store: readerOf(objects, { namespaces }),
    referrer,
    kind: 'Provider',
    key: { namespace: 'shared', name: 'gpt' },
  });
}

describe('findLent', () => {
  it.each<[string, ArenaReferenceGrant[], Referrer['kinds']]>([
    ['names it', [grant()], ['ArenaJob']],
    [
      'lends all of the kind',
      [grant([TEAM], [{ kind: 'Provider' }])],
      ['ArenaJob'],
    ],
    [
      'is the second of the namespace',
      [grant([{ kind: 'ArenaJob', namespace: 'other' }]), grant()],
      ['ArenaJob'],
    ],
    [
      'names several',
      [
        grant(
          [{ kind: 'ArenaConfig', namespace: 'team' }, TEAM],
          [{ kind: 'Provider', name: 'claude' }, GPT],
        ),
      ],
      ['ArenaJob'],
    ],
    [
      'names one of the kinds that may have referred',
      [grant([{ kind: 'ArenaConfig', namespace: 'team' }])],
      ['ArenaJob', 'ArenaConfig'],
    ],
  ])('takes what a grant lends that %s', async (_, grants, kinds) => {
    const lender = provider();
    const referrer = { namespace: 'team', kinds };
    expect(await find([lender, ...grants], referrer)).toEqual({
      ok: true,
      object: lender,
    });
  });

  it.each<[string, ArenaReferenceGrant]>([
    ['another namespace', grant([{ kind: 'ArenaJob', namespace: 'teams' }])],
    ['another kind', grant([{ kind: 'ArenaConfig', namespace: 'team' }])],
    ['another Provider', grant([TEAM], [{ kind: 'Provider', name: 'gpt-2' }])],
    ['tools alone', grant([TEAM], [{ kind: 'ToolRegistry' }])],
    ['what another namespace has', grant([TEAM], [GPT], { namespace: 'team' })],
    [
      'nothing any more',
      grant([TEAM], [GPT], { deletionTimestamp: '2026-11-23T00:00:00Z' }),
    ],
  ])('refuses when a grant lends to or of %s', async (_, other) => {
    expect(await find([provider(), other])).toMatchObject({
      ok: false,
      reason: 'ProviderNotGranted',
    });
  });

  it('names the object that would do, and that object does', async () => {
    const refusal = await find([provider()]);
    if (refusal.ok) throw new Error('It was lent');
    const [, text] = /this object: (\{.*\})$/.exec(refusal.message)!;
    expect(refusal.message).toBe(
      `Provider gpt of namespace shared may not be used from namespace team. Whoever owns namespace shared can allow that with this object: ${text}`,
    );
    const named = JSON.parse(text);
    const admitted = admit(named, { operation: 'create' });
    expect(admitted.causes).toEqual([]);
    const { spec } = admitted.object as unknown as ArenaReferenceGrant;
    const { metadata: where } = named;
    expect(
      await find([provider(), grant(spec.from, spec.to, where)]),
    ).toMatchObject({ ok: true });
  });

  it.each<[string, Lookup, Lookup]>([
    [
      'a Provider and a ToolRegistry of one name',
      { kind: 'Provider' },
      { kind: 'ToolRegistry' },
    ],
    ['jobs and configs', { from: 'ArenaJob' }, { from: 'ArenaConfig' }],
    [
      'names that are alike when they are put together',
      { team: 'a-b', name: 'c' },
      { team: 'a', name: 'b-c' },
    ],
    [
      'names of the greatest length',
      { name: `${'x'.repeat(252)}a` },
      { name: `${'x'.repeat(252)}b` },
    ],
  ])('names objects that do for both: %s', async (_, one, other) => {
    const granted = new Map<string, ArenaReferenceGrant>();
    const look = ({
      kind = 'Provider',
      from = 'ArenaJob',
      team = 'team',
      name = 'gpt',
    }: Lookup) => {
      const lent = { ...provider(), kind, metadata: metadata(name) };
      return findLent({
        store: readerOf([lent as ArenaObject, ...granted.values()]),
        referrer: { namespace: team, kinds: [from] },
        kind,
        key: { namespace: 'shared', name },
      });
    };
    for (const lookup of [one, other]) {
      const refusal = await look(lookup);
      if (refusal.ok) throw new Error('It was lent');
      const named = JSON.parse(refusal.message.split('this object: ')[1]);
      expect(admit(named, { operation: 'create' }).causes).toEqual([]);
      granted.set(named.metadata.name, named);
    }
    expect(await look(one)).toMatchObject({ ok: true });
    expect(await look(other)).toMatchObject({ ok: true });
  });

  it.each(['team', 'other, team', '*'])(
    'takes what an annotation lends (%s)',
    async annotation => {
      expect(await find([provider(annotation)])).toMatchObject({ ok: true });
    },
  );

  it('refuses what an annotation lends to others', async () => {
    expect(await find([provider('teams,other')])).toMatchObject({
      reason: 'ProviderNotGranted',
    });
  });

  it('refuses, saying why, while grants cannot be read', async () => {
    const objects = [provider()];
    const unread = (error: Error) =>
      findLent<Provider>({
        store: {
          ...readerOf(objects),
          list: async () => {
            throw error;
          },
        },
        referrer: JOB_OF_TEAM,
        kind: 'Provider',
        key: { namespace: 'shared', name: 'gpt' },
      });
    const away = new ServiceUnavailableError('The CRD is not installed');
    expect(await unread(away)).toMatchObject({
      reason: 'ProviderNotGranted',
      message: expect.stringMatching(
        /from namespace team\. Grants cannot be read: The CRD is not installed\. Whoever .*this object: \{/,
      ),
    });
    await expect(unread(new Error('a fault'))).rejects.toThrow('a fault');
    objects[0] = provider('team');
    expect(await unread(away)).toMatchObject({ ok: true });
  });

  it('tells whether something exists only to whom it is lent', async () => {
    const refused = await find([]);
    expect(refused).toMatchObject({ reason: 'ProviderNotGranted' });
    expect(refused).toEqual(await find([provider()]));
    expect(await find([grant()])).toEqual({
      ok: false,
      reason: 'ProviderNotFound',
      message: 'Provider gpt does not exist in namespace shared',
    });
    const owner: Referrer = { namespace: 'shared', kinds: ['ArenaJob'] };
    expect(await find([], owner)).toMatchObject({ reason: 'ProviderNotFound' });
  });

  it('needs no grant within a namespace', async () => {
    const referrer: Referrer = { namespace: 'shared', kinds: ['ArenaJob'] };
    expect(await find([provider()], referrer)).toMatchObject({ ok: true });
  });

  it('refuses by name what lies in a namespace that is not served', async () => {
    expect(
      await find([provider(), grant()], JOB_OF_TEAM, ['team', 'x']),
    ).toEqual({
      ok: false,
      reason: 'NamespaceNotServed',
      message:
        'Provider gpt of namespace shared cannot be used: the portal serves no other namespaces of this cluster than team, x',
    });
  });
});
