import { ResolvedProvider } from '@backstage-arena/plugin-arena-common';
import { arena, removeBundles, writeBundle } from '../__testUtils__/bundles';
import { ProviderEntry } from '../bundle/BundleContent';
import { readBundle } from '../bundle/readBundle';
import { ProviderClients } from './ProviderClients';
import { RoleProviders } from './RoleProviders';

afterEach(removeBundles);

const spec = { type: 'mock' };
const given = (
  id: string,
  group: string,
  bindsTo?: string,
): ResolvedProvider => ({ id, group, bindsTo, spec });

async function rolesOf(
  providers?: ResolvedProvider[],
  more: Record<string, unknown> = {
    judges: [
      { name: 'strict', provider: 'referee' },
      { name: 'kind', provider: 'mock' },
    ],
    self_play: { roles: [{ id: 'customer', provider: 'actor' }] },
  },
) {
  const folder = await writeBundle({
    'config.arena.yaml': arena({
      scenarios: { one: { turns: [] } },
      more: {
        ...more,
        provider_specs: { mock: spec, referee: spec, actor: spec },
      },
    }),
  });
  const content = await readBundle(folder, {});
  const made: string[] = [];
  const clients = new ProviderClients(async (entry: ProviderEntry) => {
    made.push(entry.id);
    return {
      chat: () => Promise.reject(new Error(`${entry.id} is not called`)),
      close: async () => {},
    };
  });
  return { roles: new RoleProviders(content, { providers, clients }), made };
}

describe('roles of a run', () => {
  it('are played by providers of the arena file, the first judge unless one is named', async () => {
    const { roles, made } = await rolesOf();
    expect((await roles.judge())?.id).toBe('referee');
    expect((await roles.judge('kind'))?.id).toBe('mock');
    expect((await roles.player('customer'))?.id).toBe('actor');
    expect(roles.judge('nobody')).toBeUndefined();
    expect(roles.player('nobody')).toBeUndefined();
    await roles.judge('strict');
    expect(made).toEqual(['referee', 'mock', 'actor']);
  });

  it('go to one judge without a name for all, and by name to several', async () => {
    const one = await rolesOf([
      given('gpt', 'default'),
      given('court', 'judge'),
    ]);
    expect((await one.roles.judge('strict'))?.id).toBe('court');
    expect((await one.roles.judge('kind'))?.id).toBe('court');
    const two = await rolesOf([
      given('gpt', 'default'),
      given('court', 'judge', 'referee'),
      given('jury', 'judge', 'kind'),
    ]);
    expect((await two.roles.judge('strict'))?.id).toBe('court');
    expect((await two.roles.judge('kind'))?.id).toBe('jury');
  });

  it('are played by the run where the arena file names no judge', async () => {
    const { roles } = await rolesOf(
      [given('gpt', 'default'), given('court', 'judge')],
      {},
    );
    expect(roles.hasJudges).toBe(true);
    expect((await roles.judge())?.id).toBe('court');
  });

  it('let the group selfplay play the user, unless it is what is tested', async () => {
    const beside = await rolesOf([
      given('gpt', 'default'),
      given('sim', 'selfplay'),
    ]);
    expect((await beside.roles.player('customer'))?.id).toBe('sim');
    const alone = await rolesOf([given('sim', 'selfplay')]);
    expect((await alone.roles.player('customer'))?.id).toBe('actor');
  });
});

it('share one client where one provider is under test and judges', async () => {
  let made = 0;
  const clients = new ProviderClients(async () => {
    made += 1;
    return { chat: () => Promise.reject(new Error()), close: async () => {} };
  });
  const entry: ProviderEntry = { id: 'a', group: 'default', spec, key: 'k' };
  const [first, second] = await Promise.all([
    clients.of(entry),
    clients.of({ ...entry, group: 'judge' }),
  ]);
  expect(second).toBe(first);
  await clients.of({ ...entry, credentialSlot: 'OTHER' });
  expect(made).toBe(2);
});
