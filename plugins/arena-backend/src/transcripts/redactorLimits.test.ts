import { createRedactor, REDACTED } from './createRedactor';

describe('createRedactor, its limits', () => {
  it('leaves words alone that are as short as a secret may not be, and says so once', () => {
    const warn = jest.fn();
    let secrets = ['pass', '', 'long-secret'];
    const redactor = createRedactor(() => secrets, { logger: { warn } });
    expect(redactor.text('did it pass with long-secret?')).toBe(
      `did it pass with ${REDACTED}?`,
    );
    expect(redactor.text('pass')).toBe('pass');
    secrets = ['abc', 'def'];
    redactor.text('abc');
    expect(warn).toHaveBeenCalledTimes(1);
    expect(warn.mock.calls[0][0]).toMatch(/^1 secret\(s\) have fewer than 6/);
    expect(warn.mock.calls[0][0]).not.toContain('"pass"');
  });

  it('is silent when all secrets are long enough', () => {
    const warn = jest.fn();
    createRedactor(['sixsix', ''], { logger: { warn } }).text('x');
    expect(warn).not.toHaveBeenCalled();
  });

  it('keeps the names of the format, and hides secrets in other names', () => {
    const redactor = createRedactor(['content', 'messages', 'sk-123456']);
    const json = JSON.stringify({
      messages: [
        {
          role: 'user',
          content: 'my content',
          toolCalls: [
            { id: '1', name: 'n', arguments: { 'x-sk-123456': 'sk-123456' } },
          ],
        },
      ],
    });
    expect(JSON.parse(redactor.json(json))).toEqual({
      messages: [
        {
          role: 'user',
          content: `my ${REDACTED}`,
          toolCalls: [
            {
              id: '1',
              name: 'n',
              arguments: { [`x-${REDACTED}`]: REDACTED },
            },
          ],
        },
      ],
    });
  });
});
