import { ContextPolicy } from '../bundle/schemas/scenario';
import { ItemStopped, LimitReached } from '../conversation/errors';
import { ConversationMessage } from '../conversation/messages';
import { ProviderError } from '../providers/ChatProvider';
import { COMPATIBLE, STRICT } from '../quirks/quirks';
import { ContextWindow, ContextWindowOptions } from './ContextWindow';

/** Twenty words are 27 tokens. */
const words = (count: number, word: string) =>
  Array.from({ length: count }, () => word).join(' ');

const talk = (...said: string[]): ConversationMessage[] =>
  said.map((content, index) => ({
    role: index % 2 ? 'assistant' : 'user',
    content,
    turn: Math.floor(index / 2),
  }));

function open(
  policy: ContextPolicy,
  options: Partial<ContextWindowOptions> = {},
) {
  const summarised: string[] = [];
  const embedded: string[][] = [];
  const window = new ContextWindow({
    policy,
    quirks: STRICT,
    summarise: async text => {
      summarised.push(text);
      return `summary ${summarised.length}`;
    },
    // One dimension for each of three subjects.
    embed: async texts => {
      embedded.push([...texts]);
      return texts.map(text =>
        ['cats', 'dogs', 'fish'].map(name => (text.includes(name) ? 1 : 0)),
      );
    },
    ...options,
  });
  return { window, summarised, embedded };
}

const texts = (messages: readonly ConversationMessage[]) =>
  messages.map(({ content }) => content.split(' ').slice(-1)[0]);

describe('ContextWindow', () => {
  it('leaves alone what fits', async () => {
    const { window, summarised } = open({
      token_budget: 100,
      strategy: 'summarize',
    });
    const messages = talk('a', 'b', 'c');
    expect(await window.fit('', messages)).toEqual(messages);
    expect(summarised).toEqual([]);
  });

  it('summarises once, and later only what was added', async () => {
    const { window, summarised } = open({
      token_budget: 80,
      strategy: 'summarize',
    });
    const messages = talk(
      words(20, 'one'),
      words(20, 'two'),
      words(20, 'three'),
    );
    const first = await window.fit('', messages);
    expect(first.map(({ content }) => content)).toEqual([
      'Summary of the conversation so far: summary 1',
      words(20, 'two'),
      words(20, 'three'),
    ]);
    expect(await window.fit('', messages)).toEqual(first);
    expect(summarised).toHaveLength(1);

    messages.push(...talk('x', words(20, 'four')).slice(1));
    const second = await window.fit('', messages);
    expect(second[0].content).toContain('summary 2');
    expect(texts(second)).toEqual(['2', 'three', 'four']);
    expect(summarised[1]).toContain('summary 1');
    expect(summarised[1]).toContain('two');
    expect(summarised[1]).not.toContain('one');
  });

  it('never begins with a tool result whose call is gone', async () => {
    const { window } = open({ token_budget: 60, strategy: 'summarize' });
    const messages: ConversationMessage[] = [
      ...talk(words(10, 'ask')),
      {
        role: 'assistant',
        content: words(20, 'calling'),
        turn: 0,
        toolCalls: [{ id: '1', name: 'look', arguments: {} }],
      },
      { role: 'tool', content: 'seen', turn: 0 },
      { role: 'assistant', content: words(20, 'reply'), turn: 0 },
    ];
    const sent = await window.fit('', messages);
    expect(sent.map(({ role }) => role)).toEqual(['user', 'assistant']);
  });

  it('keeps the newest and what is nearest to the question', async () => {
    const { window, embedded } = open({
      token_budget: 25,
      strategy: 'relevance',
      relevance: { provider: 'openai', min_recent_messages: 1 },
    });
    const messages = talk(
      words(10, 'cats'),
      words(10, 'dogs'),
      words(10, 'fish'),
      words(10, 'cats'),
      'about dogs',
    );
    const sent = await window.fit('', messages);
    expect(sent.map(({ content }) => content)).toEqual([
      words(10, 'dogs'),
      'about dogs',
    ]);
    await window.fit('', messages);
    expect(embedded).toHaveLength(1);
  });

  it('drops what is not similar enough even where it would fit', async () => {
    const { window } = open({
      token_budget: 50,
      strategy: 'relevance',
      relevance: {
        provider: 'openai',
        min_recent_messages: 1,
        similarity_threshold: 0.5,
        query_source: 'custom',
        custom_query: 'fish',
      },
    });
    const sent = await window.fit(
      '',
      talk(words(20, 'cats'), words(5, 'fish'), words(15, 'dogs'), 'now', 'ok'),
    );
    expect(texts(sent)).toEqual(['fish', 'ok']);
  });

  it('goes on without embeddings only where nothing may fail', async () => {
    const policy: ContextPolicy = {
      token_budget: 20,
      strategy: 'relevance',
      relevance: { provider: 'gemini', min_recent_messages: 1 },
    };
    const embed = async () => {
      throw new ProviderError('auth', 'no key', false);
    };
    const messages = talk(words(10, 'cats'), words(10, 'dogs'), 'hi');
    const lines: string[] = [];
    const compatible = open(policy, {
      quirks: COMPATIBLE,
      embed,
      log: line => lines.push(line),
    });
    expect(texts(await compatible.window.fit('', messages))).toEqual([
      'dogs',
      'hi',
    ]);
    expect(lines).toEqual([expect.stringContaining('no key')]);
    const strict = open(policy, { embed });
    await expect(strict.window.fit('', messages)).rejects.toThrow('no key');
    const stopped = open(policy, {
      quirks: COMPATIBLE,
      embed: async () => {
        throw new ItemStopped('the lease is lost');
      },
    });
    await expect(stopped.window.fit('', messages)).rejects.toThrow(ItemStopped);
  });

  it.each(['summarize', 'relevance', 'oldest', 'fail'])(
    'ends a strict run whose message is too large (%s)',
    async strategy => {
      const { window } = open({
        token_budget: 10,
        strategy,
        relevance: { provider: 'openai' },
      });
      await expect(window.fit('', talk(words(50, 'x')))).rejects.toThrow(
        LimitReached,
      );
    },
  );

  it('drops everything where the original fails without failing', async () => {
    const { window } = open(
      { token_budget: 10, strategy: 'fail' },
      { quirks: COMPATIBLE },
    );
    expect(await window.fit('', talk(words(50, 'x')))).toEqual([]);
  });
});
