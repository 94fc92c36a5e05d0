import { ToolLoop } from './ToolLoop';

describe('ToolLoop', () => {
  const { signal } = new AbortController();
  const loop = (policy: ConstructorParameters<typeof ToolLoop>[0]['policy']) =>
    new ToolLoop({
      call: async ({ name }) => ({ text: name, compact: name }),
      policy,
      turn: { role: 'user', content: 'Hi' },
      injects: true,
      random: () => 0,
    });
  const policy = {
    tool_choice: 'auto',
    max_tool_calls_per_turn: 0,
    max_total_tool_calls: 0,
  } as const;

  it('refuses blocked tools as not approved, and calls the others', async () => {
    const tools = loop({ ...policy, blocklist: ['delete'] });
    const call = { id: 'c', arguments: {} };
    expect(await tools.call({ ...call, name: 'delete' }, signal)).toMatchObject(
      {
        error: 'tool delete is blocked by the policy',
        errorType: 'approval',
      },
    );
    expect(await tools.call({ ...call, name: 'look' }, signal)).toEqual({
      text: 'look',
      compact: 'look',
    });
  });
});
