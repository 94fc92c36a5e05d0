import { mkdir, mkdtemp, realpath, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chatRequest } from '../__testUtils__/openProvider';
import { createReplayProvider } from './createReplayProvider';

const RECORDING = JSON.stringify({
  events: [
    { type: 'message.created', data: { role: 'assistant', content: 'Once.' } },
  ],
});

async function chat(
  config: Record<string, unknown>,
  options: { mayLeaveBundle?: boolean; directory: string },
) {
  const provider = await createReplayProvider(
    {
      id: 'r',
      group: 'default',
      key: 'k',
      spec: { type: 'replay', additional_config: config },
    },
    { directory: options.directory, arenaFile: 'arena/config.arena.yaml' },
    { mayLeaveBundle: options.mayLeaveBundle ?? false },
  );
  return provider.chat(chatRequest());
}

describe('createReplayProvider', () => {
  let directory: string;
  let outside: string;

  beforeAll(async () => {
    const root = await realpath(await mkdtemp(path.join(tmpdir(), 'replay-')));
    directory = path.join(root, 'bundle');
    outside = path.join(root, 'outside.json');
    await mkdir(path.join(directory, 'arena'), { recursive: true });
    await writeFile(outside, RECORDING);
    await writeFile(path.join(directory, 'top.json'), RECORDING);
    await writeFile(path.join(directory, 'arena', 'near.json'), RECORDING);
    await symlink(outside, path.join(directory, 'link.json'));
  });

  it.each(['near.json', 'top.json', '../top.json'])(
    'finds %s beside the arena file or in the bundle',
    async recording => {
      expect((await chat({ recording }, { directory })).content).toBe('Once.');
    },
  );

  it.each(['../../outside.json', 'link.json'])(
    'does not leave the bundle for %s, unless whoever runs it may',
    async recording => {
      await expect(chat({ recording }, { directory })).rejects.toThrow(
        'outside',
      );
      const reply = await chat(
        { recording },
        { directory, mayLeaveBundle: true },
      );
      expect(reply.content).toBe('Once.');
    },
  );

  it.each([
    [{}, 'additional_config.recording is missing'],
    [{ recording: 'none.json' }, '"none.json" does not exist'],
    [
      { recording: 'top.json', match: 'x' },
      'additional_config.match is "x": allowed are turn, content',
    ],
    [
      { recording: 'top.json', timing: 'slow' },
      'allowed are instant, realtime, accelerated',
    ],
    [
      { recording: 'top.json', timing: 'accelerated', speed: 0 },
      'allowed are numbers above 0',
    ],
  ])('fails the call with %j', async (config, message) => {
    await expect(chat(config, { directory })).rejects.toMatchObject({
      errorClass: 'bundle',
      message: expect.stringContaining(message),
    });
  });
});
