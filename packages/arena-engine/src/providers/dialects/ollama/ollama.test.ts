import { bodyOf, richRequest } from '../../__testUtils__/conversation';
import { chatRequest } from '../../__testUtils__/openProvider';
import { OllamaDialect } from './OllamaDialect';

const dialect = new OllamaDialect({
  model: 'llama',
  unsupportedParams: [],
  extraBody: { options: { num_ctx: 8_192 }, keep_alive: '1h' },
});

describe('OllamaDialect', () => {
  it('writes a whole conversation', () => {
    expect(bodyOf(dialect.encode(richRequest()).body)).toEqual({
      model: 'llama',
      stream: false,
      keep_alive: '1h',
      options: { temperature: 0.5, num_predict: 100, seed: 7, num_ctx: 8_192 },
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'What is it?', images: ['UE5H'] },
        {
          role: 'assistant',
          content: '',
          tool_calls: [
            { function: { name: 'look', arguments: { a: 1 } } },
            { function: { name: 'ask', arguments: {} } },
          ],
        },
        {
          role: 'tool',
          content: '{"seen":true}',
          tool_name: 'look',
          images: ['UE5H'],
        },
        { role: 'tool', content: 'Error: nobody', tool_name: 'ask' },
        { role: 'assistant', content: 'A cat.' },
        { role: 'user', content: 'Sure?' },
      ],
      tools: [
        {
          type: 'function',
          function: {
            name: 'look',
            description: 'Looks',
            parameters: { type: 'object' },
          },
        },
      ],
    });
  });

  it('does not tell a model of tools that it must not call', () => {
    const body = bodyOf(
      dialect.encode(richRequest({ toolChoice: 'none' })).body,
    );
    expect(body).not.toHaveProperty('tools');
  });

  it('says what cannot be sent', () => {
    const url = {
      type: 'image',
      mimeType: '',
      url: 'https://x/y.png',
    } as const;
    expect(() =>
      dialect.encode(
        chatRequest({
          messages: [{ role: 'user', content: '', parts: [url], turn: 0 }],
        }),
      ),
    ).toThrow('Ollama cannot be sent images by URL');
  });

  it('reports an error in the middle of a stream', () => {
    expect(() =>
      dialect.readStream().read({ error: 'the model was unloaded' }, ''),
    ).toThrow('the model was unloaded');
  });
});
