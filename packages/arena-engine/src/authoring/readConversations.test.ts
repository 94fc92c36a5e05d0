import { readdir } from 'node:fs/promises';
import { removeBundles, writeBundle } from '../__testUtils__/bundles';
import { readConversations } from './readConversations';
import { SavedConversation } from './SavedConversation';

afterEach(removeBundles);

async function all(input: string, base: string): Promise<SavedConversation[]> {
  const found: SavedConversation[] = [];
  for await (const one of readConversations(input, { base })) found.push(one);
  return found;
}

const transcript = (scenario: string) =>
  JSON.stringify({
    version: 1,
    scenario,
    provider: 'mock',
    region: 'default',
    variant: 0,
    trial: 0,
    messages: [
      { role: 'system', content: 's' },
      { role: 'user', content: 'a' },
      { role: 'assistant', content: 'b', ttftMs: 3 },
    ],
    checks: [],
  });

const run = (id: string) =>
  JSON.stringify({ RunID: id, ScenarioID: 'one', ProviderID: 'p' });

const event = (role: string, content: string) =>
  JSON.stringify({ type: 'message', data: { role, content } });

describe('readConversations', () => {
  it('reads results folders of both engines', async () => {
    const folder = await writeBundle({
      'ours/transcripts.jsonl': `${transcript('one')}\n\n${transcript(
        'two',
      )}\n`,
      'ours/results.json': '{"items": []}',
      'theirs/index.json': '{"total_runs": 2}',
      'theirs/a.json': run('a'),
      'theirs/b.json': run('b'),
      'none/a.json': '{}',
    });
    expect(await all('ours', folder)).toMatchObject([
      { id: 'one-mock-default-1-1', streamed: true, messages: [{}, {}] },
      { id: 'two-mock-default-1-1' },
    ]);
    expect(await all('theirs', folder)).toMatchObject([
      { id: 'a' },
      { id: 'b' },
    ]);
    await expect(all('none', folder)).rejects.toThrow(
      'has neither transcripts.jsonl nor run files',
    );
    await expect(all('nowhere', folder)).rejects.toThrow('cannot be read');
  });

  it('reads recorded sessions and transcripts by a pattern', async () => {
    const folder = await writeBundle({
      'saved/one.recording.json': `{"metadata": {}, "events": [${event(
        'user',
        'a',
      )}, ${event('assistant', 'b')}]}`,
      'saved/two.jsonl': `${event('user', 'c')}\n${event('assistant', 'd')}\n`,
      'saved/three.transcript.yaml':
        'messages:\n  - {role: user, content: e}\n  - {role: assistant, content: f}\n',
    });
    expect(await readdir(`${folder}/saved`)).toHaveLength(3);
    const found = await all('saved/*', folder);
    expect(
      found.map(({ id, messages }) => [id, ...messages.map(m => m.content)]),
    ).toEqual([
      ['one', 'a', 'b'],
      ['three', 'e', 'f'],
      ['two', 'c', 'd'],
    ]);
    await expect(all('saved/*.xml', folder)).rejects.toThrow('No file matches');
  });

  it('names the line that is broken', async () => {
    const folder = await writeBundle({
      'a.jsonl': `${transcript('one')}\n{"version": 1\n`,
      'b.json': '{"RunID": "a", "ScenarioID": 5}',
    });
    await expect(all('a.jsonl', folder)).rejects.toThrow('a.jsonl:2: ');
    await expect(all('b.json', folder)).rejects.toThrow(
      'The run file is not whole: ScenarioID: ',
    );
  });
});
