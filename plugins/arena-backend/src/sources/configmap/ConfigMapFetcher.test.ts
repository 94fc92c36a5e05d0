import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sourceOf, unpack } from '../__testUtils__/sources';
import { ConfigMapFetcher } from './ConfigMapFetcher';
import { createConfigMapReader } from './createConfigMapReader';

const { signal } = new AbortController();

describe('ConfigMapFetcher', () => {
  let temporaryDirectory: string;

  beforeEach(() => {
    temporaryDirectory = mkdtempSync(join(tmpdir(), 'arena-configmap-'));
  });
  afterEach(() => {
    const left = readdirSync(temporaryDirectory);
    rmSync(temporaryDirectory, { recursive: true });
    if (left.length > 0) throw new Error(`Left behind: ${left.join(', ')}`);
  });

  const fetch = async (data: Record<string, string>, name = 'bundle') => {
    const reader = createConfigMapReader({ team: { bundle: data } });
    const fetched = await new ConfigMapFetcher({
      reader,
      temporaryDirectory,
    }).fetch(
      sourceOf({ type: 'configmap', configMap: { name, key: 'pack.json' } }),
      { signal },
    );
    return { revision: fetched.revision, files: await unpack(fetched) };
  };

  it('takes keys as files, with __ for a slash', async () => {
    const { files, revision } = await fetch({
      'config.arena.yaml': 'arena',
      'scenarios__deep__a_b.yaml': 'a',
    });
    expect(files).toEqual({
      'config.arena.yaml': 'arena',
      'scenarios/deep/a_b.yaml': 'a',
    });
    expect(revision).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect((await fetch({ a: 'b' })).revision).toBe(
      (await fetch({ a: 'b' })).revision,
    );
    expect((await fetch({ a: 'c' })).revision).not.toBe(
      (await fetch({ a: 'b' })).revision,
    );
  });

  it.each([
    [{}, 'Empty'],
    [{ '..__x': 'x' }, 'UnsafePath'],
    [{ __x: 'x' }, 'UnsafePath'],
    [{ a: 'a', a__b: 'b' }, 'UnsafePath'],
    [{ a__b: '1', 'a__.__b': '2' }, 'UnsafePath'],
  ])('refuses %j', async (data, reason) => {
    await expect(fetch(data as Record<string, string>)).rejects.toMatchObject({
      reason,
    });
  });

  it('says where a missing one would have to be', async () => {
    await expect(fetch({}, 'gone')).rejects.toMatchObject({
      reason: 'PathNotFound',
      message:
        'spec.configMap.name: Not found: "gone": there is no such ConfigMap in namespace team (arena.configMaps.team.gone in app-config)',
    });
    await expect(fetch({}, 'constructor')).rejects.toMatchObject({
      reason: 'PathNotFound',
    });
  });
});
