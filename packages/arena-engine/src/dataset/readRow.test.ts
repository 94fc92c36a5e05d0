import { ConversationMessage } from '../conversation/messages';
import { compileJsonSchema, ValidateJson } from '../text/jsonSchema';
import { readRow } from './readRow';

const schema = compileJsonSchema({
  type: 'object',
  required: ['id'],
  properties: { id: { type: 'integer' } },
}) as ValidateJson;

function reply(content: string): ConversationMessage[] {
  return [
    { role: 'user', content: 'Make one up', turn: 0 },
    { role: 'assistant', content, turn: 0 },
  ];
}

describe('readRow', () => {
  it.each([
    ['an object', '{"id": 1}', '{"id":1}'],
    ['an object in a fence', 'Here:\n```json\n{"id": 1}\n```\n', '{"id":1}'],
    ['a text', 'Hello there', '{"text":"Hello there"}'],
    ['a list', '[1]', '{"text":"[1]"}'],
  ])('makes a row of %s', (_, content, row) => {
    expect(readRow(reply(content), undefined)).toEqual({ row });
  });

  it.each([
    ['has fields of another type', '{"id": "x"}', 'schema', /id/],
    ['is prose', 'Sorry, I cannot', 'invalidJson', /is not JSON/],
    ['is a list', '[1]', 'invalidJson', /no object/],
    ['is cut off', '{"id": 1', 'invalidJson', /is not JSON/],
  ])('rejects what %s', (_, content, reason, message) => {
    expect(readRow(reply(content), schema)).toEqual({
      reject: {
        reason,
        message: expect.stringMatching(message),
        text: content,
      },
    });
  });

  it('rejects an empty reply, and one that is too large', () => {
    expect(readRow(reply('  '), undefined).reject?.reason).toBe('invalidJson');
    const { reject } = readRow(reply('x'.repeat(1024 * 1024)), undefined);
    expect(reject).toMatchObject({ reason: 'tooLarge' });
    expect(reject?.text).toHaveLength(2_000);
  });

  it('holds a text against a schema of texts', () => {
    const texts = compileJsonSchema({
      properties: { text: { type: 'string', minLength: 5 } },
    }) as ValidateJson;
    expect(readRow(reply('long enough'), texts).row).toBeDefined();
    expect(readRow(reply('no'), texts).reject?.reason).toBe('invalidJson');
  });

  it('makes a row of a dialogue with a simulated user, tools left out', () => {
    const messages: ConversationMessage[] = [
      {
        role: 'user',
        content: 'Where is it?',
        turn: 0,
        selfPlay: { persona: 'calm', provider: 'p' },
      },
      { role: 'assistant', content: '', turn: 0 },
      { role: 'tool', content: '{"a": 1}', turn: 0 },
      { role: 'assistant', content: '{"id": 1}', turn: 0 },
    ];
    expect(readRow(messages, undefined)).toEqual({
      persona: 'calm',
      row: JSON.stringify({
        messages: [
          { role: 'user', content: 'Where is it?' },
          { role: 'assistant', content: '{"id": 1}' },
        ],
      }),
    });
    expect(readRow(messages, schema).reject?.reason).toBe('schema');
  });
});
