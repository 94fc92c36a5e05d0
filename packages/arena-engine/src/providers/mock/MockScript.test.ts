import path from 'node:path';
import { removeBundles, writeBundle } from '../../__testUtils__/bundles';
import { MockScript } from './MockScript';

afterEach(removeBundles);

describe('MockScript', () => {
  it.each([
    [
      'is nested too deeply',
      `scenarios: ${'['.repeat(10_000)}`,
      /:1:\d+: .*deep/,
    ],
    [
      'has a key twice',
      'scenarios:\n  a: {}\n  a: {}\n',
      /mock.yaml:3:3: .*twice/,
    ],
  ])('says where a file %s', async (_, text, message) => {
    const folder = await writeBundle({ 'mock.yaml': text });
    await expect(
      MockScript.read(path.join(folder, 'mock.yaml')),
    ).rejects.toThrow(message);
  });

  it.each([
    ['is a list', '- a\n', /mock.yaml: the file is \["a"\]/],
    ['has a list of turns', 'scenarios: { a: { turns: [x] } }\n', /a.turns is/],
    [
      'counts in words',
      'scenarios: { a: { turns: { one: x } } }\n',
      /scenarios.a.turns has "one": allowed are whole numbers/,
    ],
    [
      'has a map for an answer to everything',
      'selfplay: { p: { defaultResponse: { text: x } } }\n',
      /selfplay.p.defaultResponse is/,
    ],
  ])('refuses a file that %s', async (_, text, message) => {
    const folder = await writeBundle({ 'mock.yaml': text });
    await expect(
      MockScript.read(path.join(folder, 'mock.yaml')),
    ).rejects.toThrow(message);
  });

  it.each([
    ['an empty default is none', { defaultResponse: '' }, 'COMMON'],
    ['a number is a text', { defaultResponse: 42 }, '42'],
    ['an empty answer is one', { turns: { 1: '' } }, ''],
    [
      'the first text of an answer counts',
      { turns: { 1: { content: null, text: 'A', response: 'B' } } },
      'A',
    ],
    [
      'an empty text counts as well',
      { turns: { 1: { content: '', text: 'A' } } },
      '',
    ],
    ['a number is no answer', { turns: { 1: 7 } }, 'COMMON'],
  ])('knows that %s', async (_, script, text) => {
    const folder = await writeBundle({
      'mock.yaml': { defaultResponse: 'COMMON', scenarios: { a: script } },
    });
    const mock = await MockScript.read(path.join(folder, 'mock.yaml'));
    const at = { scenarioId: 'a', baseTurn: 1, turn: 1 };
    expect(mock.reply(at)?.text).toBe(text);
  });
});
