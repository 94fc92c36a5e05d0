import { readAgentMessage } from './protocol';

describe('readAgentMessage', () => {
  const call = (args: string) =>
    `{"type":"tool_call","tool_call":{"id":"c","name":"look","arguments":${args}}}`;

  it('reads the call of a tool', () => {
    expect(readAgentMessage(call('{"a":[1]}'))).toMatchObject({
      type: 'tool_call',
      tool_call: { arguments: { a: [1] } },
    });
  });

  it('refuses arguments that are nested too deeply', () => {
    const deep = `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`;
    expect(() => readAgentMessage(call(deep))).toThrow(
      'it is nested more than 500 levels deep',
    );
  });
});
