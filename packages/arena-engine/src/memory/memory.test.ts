import {
  arena,
  executeItem,
  removeBundles,
  writeBundle,
} from '../__testUtils__/bundles';
import { loadBundle } from '../bundle/loadBundle';
import { MemoryStore } from './MemoryStore';

afterEach(removeBundles);

const call = (name: string, args: Record<string, unknown>) => ({
  tool_calls: [{ name: `memory__${name}`, arguments: args }],
});

describe('MemoryStore', () => {
  it('gives ids that are used once', () => {
    const store = new MemoryStore();
    const first = store.remember({ content: 'one' });
    store.forget(first.id);
    expect(store.remember({ content: 'two' }).id).not.toBe(first.id);
  });

  it('takes what was not given for general and rather sure', () => {
    const store = new MemoryStore();
    expect(
      store.remember({ content: 'x', type: '', confidence: 0, metadata: {} }),
    ).toEqual({ id: 'mem_1', content: 'x', type: 'general', confidence: 0.8 });
  });
});

describe('memory of a run', () => {
  const files = {
    'config.arena.yaml': arena({
      scenarios: {
        notes: {
          seed_memories: [{ content: 'likes tea' }],
          trials: 3,
          turns: [{ role: 'user', content: 'Hi' }],
        },
      },
      more: { memory: {} },
    }),
    'mock.yaml': {
      scenarios: {
        notes: {
          turns: {
            1: call('remember', { content: 'likes tea with milk' }),
            2: call('recall', { query: 'TEA' }),
            3: 'Noted.',
          },
        },
      },
    },
  };

  it('keeps conversations of one run apart, however many run at a time', async () => {
    const bundle = await loadBundle(await writeBundle(files));
    const plan = bundle.plan({});
    const runner = await bundle.runner(plan, { compat: false });
    const reports = await Promise.all(
      [0, 1, 2].map(index =>
        runner.execute(index, {
          attempt: 1,
          signal: new AbortController().signal,
        }),
      ),
    );
    await runner.close();
    for (const { transcript } of reports) {
      expect(transcript).toContain(String.raw`\"count\": 2`);
    }
  });

  it('fails the item whose seed says nothing', async () => {
    const report = await executeItem(
      await writeBundle({
        'config.arena.yaml': arena({
          scenarios: {
            notes: {
              seed_memories: [{ content: 'a' }, { type: 'general' }],
              turns: [{ role: 'user', content: 'Hi' }],
            },
          },
          more: { memory: {} },
        }),
        'mock.yaml': {},
      }),
    );
    expect(report).toMatchObject({
      status: 'errored',
      error: { class: 'bundle', message: 'seed_memories[1] has no content' },
    });
  });
});
