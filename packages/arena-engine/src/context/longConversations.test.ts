import {
  arena,
  executeItem,
  removeBundles,
  writeBundle,
} from '../__testUtils__/bundles';
import { loadBundle } from '../bundle/loadBundle';

afterEach(removeBundles);

const long = (word: string) => Array.from({ length: 30 }, () => word).join(' ');

const write = (policy: Record<string, unknown>) =>
  writeBundle({
    'config.arena.yaml': arena({
      scenarios: {
        talk: {
          context_policy: policy,
          turns: [
            { role: 'user', content: long('first') },
            { role: 'user', content: 'second' },
          ],
        },
      },
    }),
    'mock.yaml': {
      defaultResponse: 'what was said',
      scenarios: { talk: { turns: { 1: 'one', 2: 'two' } } },
    },
  });

describe('a scenario whose conversation grows too long', () => {
  it('keeps all of it in the transcript, and counts the summary apart', async () => {
    const report = await executeItem(
      await write({ token_budget: 43, strategy: 'summarize' }),
    );
    expect(report.status).toBe('passed');
    const { messages } = report.parsed;
    expect(messages.map(({ content }) => content).slice(1)).toEqual([
      long('first'),
      'one',
      'second',
      'two',
    ]);
    const spoken = messages.reduce((sum, { cost }) => sum + (cost ?? 0), 0);
    expect(report.cost).toBeGreaterThan(spoken);
    // What is sent is the summary in place of the first message.
    expect(messages[4].inputTokens).toBeLessThan(
      Number(messages[2].inputTokens),
    );
  });

  it('cannot ask for relevance without saying whose', async () => {
    const folder = await write({ token_budget: 43, strategy: 'relevance' });
    await expect(loadBundle(folder)).rejects.toThrow(
      'The strategy relevance needs its settings',
    );
  });

  it('has no embeddings within a budget', async () => {
    const bundle = await loadBundle(
      await write({
        token_budget: 43,
        strategy: 'relevance',
        relevance: { provider: 'voyageai' },
      }),
    );
    const budget = { reserve: () => {}, settle: () => {} };
    await expect(
      bundle.runner(bundle.plan({}), { compat: false, load: { budget } }),
    ).rejects.toThrow(
      'Scenario "talk" cannot be used within a budget: nobody knows what the embeddings of context_policy.strategy "relevance" cost; allowed are oldest, summarize and fail',
    );
  });

  it('tells what each call used when it is over, that of the summary included', async () => {
    const bundle = await loadBundle(
      await write({ token_budget: 43, strategy: 'summarize' }),
    );
    const runner = await bundle.runner(bundle.plan({}), { compat: false });
    const used: number[] = [];
    const report = await runner.execute(0, {
      attempt: 1,
      signal: new AbortController().signal,
      onUse: ({ cost }) => used.push(cost),
    });
    await runner.close();
    expect(used).toHaveLength(3);
    expect(used.reduce((sum, cost) => sum + cost, 0)).toBeCloseTo(report.cost);
  });

  it('ends with a reason when embeddings cannot be had', async () => {
    const report = await executeItem(
      await write({
        token_budget: 43,
        strategy: 'relevance',
        relevance: { provider: 'voyageai', min_recent_messages: 1 },
      }),
      { secret: () => undefined },
    );
    expect(report).toMatchObject({
      status: 'errored',
      error: {
        class: 'auth',
        message: expect.stringContaining(
          'Embeddings of voyageai: there is no key',
        ),
      },
    });
  });
});
