import { isResourcePermission } from '@backstage/plugin-permission-common';
import { databases } from '../../__testUtils__/databases';
import {
  arenaResourceConditions,
  createArenaResourceConditionalDecision,
} from '../../permissions';
import {
  ApiTestBed,
  asService,
  createApiTestBed,
  objectBody,
  objectsPath,
} from '../__testUtils__/apiTestBed';

jest.setTimeout(60_000);

describe.each(databases.eachSupportedId())('what a job names, %s', id => {
  let bed: ApiTestBed;

  beforeEach(async () => {
    bed = await createApiTestBed(id);
    for (const [plural, kind] of [
      ['arenasources', 'ArenaSource'],
      ['arenaconfigs', 'ArenaConfig'],
      ['providers', 'Provider'],
      ['toolregistries', 'ToolRegistry'],
    ] as const) {
      for (const name of ['open', 'secret']) {
        const answer = await bed.request(objectsPath(plural), {
          method: 'POST',
          body: objectBody(kind, name, {
            metadata: { labels: { for: name } },
          }),
        });
        if (answer.status !== 201) throw new Error(`${plural}: ${answer.text}`);
      }
    }
    bed.policy.decide = permission =>
      isResourcePermission(permission, 'arena-resource')
        ? createArenaResourceConditionalDecision(
            permission,
            arenaResourceConditions.hasLabel({ key: 'for', value: 'open' }),
          )
        : { result: 'ALLOW' as never };
  });

  const job = (name: string, spec: object) =>
    objectBody('ArenaJob', name, { spec });
  const create = (name: string, spec: object) =>
    bed.request(objectsPath('arenajobs'), {
      method: 'POST',
      body: job(name, spec),
    });

  it.each([
    ['spec.sourceRef', { sourceRef: { name: 'secret' } }],
    ['spec.sourceRef', { sourceRef: { name: 'secret', kind: 'ArenaConfig' } }],
    [
      'spec.providers[judge][1].providerRef',
      {
        providers: {
          judge: [
            { id: 'a', providerRef: { name: 'open' } },
            { id: 'b', providerRef: { name: 'secret' } },
          ],
        },
      },
    ],
    ['spec.toolRegistries[0]', { toolRegistries: [{ name: 'secret' }] }],
  ])('must be readable for its author: %s', async (field, spec) => {
    const refused = await create('a', { sourceRef: { name: 'open' }, ...spec });
    expect(refused.status).toBe(403);
    expect(refused.body.error.message).toContain(`${field}: you may not read`);
    expect(refused.body.error.message).toContain("'team/secret'");
    const { body } = await bed.request(objectsPath('arenajobs'));
    expect(body.items).toEqual([]);
  });

  it.each([
    ['spec.sourceRef', { sourceRef: { name: 'secret' } }],
    [
      'spec.providers[1]',
      { providers: [{ name: 'open' }, { name: 'secret' }] },
    ],
    ['spec.toolRegistries[0]', { toolRegistries: [{ name: 'secret' }] }],
  ])('counts for configs as well: %s', async (field, spec) => {
    const refused = await bed.request(objectsPath('arenaconfigs'), {
      method: 'POST',
      body: objectBody('ArenaConfig', 'mine', {
        metadata: { labels: { for: 'open' } },
        spec: { sourceRef: { name: 'open' }, ...spec },
      }),
    });
    expect(refused.status).toBe(403);
    expect(refused.body.error.message).toContain(`${field}: you may not read`);
  });

  it.each([
    [null],
    ['text'],
    [{ providers: 3, toolRegistries: {}, sourceRef: [] }],
  ])('leaves what is no specification to others: %j', async spec => {
    const refused = await bed.request(objectsPath('arenajobs'), {
      method: 'POST',
      body: { ...objectBody('ArenaJob', 'a'), spec },
    });
    expect(refused.status).not.toBe(500);
  });

  it('may not be there yet, may be readable, and is checked when it changes', async () => {
    const early = await create('a', { sourceRef: { name: 'later' } });
    expect([early.status, early.text]).toEqual([201, expect.anything()]);
    const { body: stored } = await create('b', {
      sourceRef: { name: 'open' },
      providers: { default: [{ providerRef: { name: 'open' } }] },
    });
    expect(stored.metadata.name).toBe('b');
    const changed = await bed.request(objectsPath('arenajobs', 'b'), {
      method: 'PUT',
      body: {
        ...stored,
        spec: { ...stored.spec, toolRegistries: [{ name: 'secret' }] },
      },
    });
    expect(changed.status).toBe(403);
    expect(changed.body.error.message).toContain('spec.toolRegistries[0]');
  });

  it('stays what it is for those who change something else', async () => {
    bed.policy.decide = () => ({ result: 'ALLOW' as never });
    const { body: stored } = await create('a', {
      sourceRef: { name: 'secret' },
    });
    bed.policy.decide = permission =>
      permission.name === 'arena.resource.read'
        ? { result: 'DENY' as never }
        : { result: 'ALLOW' as never };
    const changed = await bed.request(objectsPath('arenajobs', 'a'), {
      method: 'PUT',
      body: {
        ...stored,
        metadata: { ...stored.metadata, labels: { team: 'a' } },
      },
    });
    expect([changed.status, changed.text]).toEqual([200, expect.anything()]);
  });

  it('is left to the grants in another namespace', async () => {
    bed.policy.decide = permission =>
      isResourcePermission(permission, 'arena-resource')
        ? createArenaResourceConditionalDecision(
            permission,
            arenaResourceConditions.inNamespace({ namespaces: ['team'] }),
          )
        : { result: 'ALLOW' as never };
    const created = await create('a', {
      sourceRef: { name: 'open' },
      providers: {
        default: [{ providerRef: { name: 'gpt', namespace: 'other' } }],
      },
    });
    expect([created.status, created.text]).toEqual([201, expect.anything()]);
  });

  it('asks nothing of a service, which may not write anyway', async () => {
    const refused = await bed.request(objectsPath('arenajobs'), {
      method: 'POST',
      headers: asService,
      body: job('a', { sourceRef: { name: 'secret' } }),
    });
    expect(refused.status).toBe(403);
    expect(refused.body.error.message).toContain('is for users');
  });
});
