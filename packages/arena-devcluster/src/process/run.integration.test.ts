import { run } from './run';

describe('run', () => {
  it('should give input and return output', async () => {
    expect(await run('cat', [], { input: 'hello' })).toBe('hello');
  });

  it('should say what a command said when it fails', async () => {
    await expect(run('sh', ['-c', 'echo no >&2; exit 3'])).rejects.toThrow(
      'failed with 3: no',
    );
    await expect(run('sh', ['-c', 'kill -9 $$'])).rejects.toThrow(
      'was ended by SIGKILL',
    );
    await expect(run('/no/such/command', [])).rejects.toThrow('ENOENT');
  });

  it('should not mind a command that leaves its input unread', async () => {
    await expect(
      run('true', [], { input: 'x'.repeat(1_000_000) }),
    ).resolves.toBe('');
  });
});
