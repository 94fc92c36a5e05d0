import { checkInput } from '../checks/__testUtils__/checkInput';
import { STRICT } from '../quirks/quirks';
import { PackEvals } from './PackEvals';

function evals(): PackEvals {
  const params = { tool: 'slow', timeout_seconds: 1_000 };
  return new PackEvals(
    {
      arena: {
        providers: [],
        defaults: {},
        pack_evals: [
          {
            id: 'e',
            type: 'tool_exec',
            trigger: 'on_session_complete',
            params,
          },
        ],
      },
      prompts: new Map(),
    },
    { quirks: STRICT },
  );
}

describe('evaluations at the end of a conversation', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('are given up when they take too long, with what they asked', async () => {
    const input = checkInput({ callTool: () => new Promise(() => {}) });
    const observed = evals().run('chat', input, 's');
    await jest.advanceTimersByTimeAsync(30_000);
    expect(await observed).toMatchObject([
      { id: 'e', passed: false, explanation: 'It took longer than 30000 ms' },
    ]);
    await jest.advanceTimersByTimeAsync(0);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('leave no timer behind', async () => {
    const timeout = jest.spyOn(AbortSignal, 'timeout');
    const input = checkInput({
      callTool: async () => ({ text: 'ok', compact: 'ok' }),
    });
    expect(await evals().run('chat', input, 's')).toMatchObject([
      { passed: true },
    ]);
    expect(jest.getTimerCount()).toBe(0);
    expect(timeout).not.toHaveBeenCalled();
    timeout.mockRestore();
  });
});
