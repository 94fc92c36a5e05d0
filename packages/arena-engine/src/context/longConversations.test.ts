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
