import { createRedactor, REDACTED } from './createRedactor';

describe('createRedactor', () => {
  it('takes secrets out of text in all the forms in which they travel', () => {
    const secret = 'p@ss"w\\ord\nü';
    const { text } = createRedactor([secret]);
    for (const form of [
      secret,
      JSON.stringify(secret).slice(1, -1),
      JSON.stringify(JSON.stringify(secret)).slice(3, -3),
      encodeURIComponent(secret),
      Buffer.from(secret).toString('base64'),
      Buffer.from(secret).toString('base64url'),
    ]) {
      expect(text(`a ${form} b`)).toBe(`a ${REDACTED} b`);
    }
    expect(text('nothing here')).toBe('nothing here');
  });

  it('leaves a JSON document one', () => {
    const { json } = createRedactor([
      '"quoted"',
      'assistant',
      '424242',
      'tok.n-1',
    ]);
    const result = json(
      JSON.stringify({
        role: 'assistant',
        content: 'the "quoted" assistant said tok.n-1, not token-1',
        count: 424242,
        nested: { 'key assistant': [true, null, 'x'] },
      }),
    );
    expect(JSON.parse(result)).toEqual({
      // A word of the format.
      role: 'assistant',
      content: `the ${REDACTED} ${REDACTED} said ${REDACTED}, not token-1`,
      count: REDACTED,
      nested: { [`key ${REDACTED}`]: [true, null, 'x'] },
    });
  });

  it('leaves nothing of a secret that begins like another', () => {
    const { text } = createRedactor(['abcdef', 'abcdefghi']);
    expect(text('abcdefghi abcdef')).toBe(`${REDACTED} ${REDACTED}`);
  });

  it('replaces in what is not JSON', () => {
    const { json } = createRedactor(['secret']);
    expect(json('{"broken": "secret')).toBe(`{"broken": "${REDACTED}`);
  });

  it('knows secrets that were added later, and ignores empty ones', () => {
    let secrets = [''];
    const { text } = createRedactor(() => secrets);
    expect(text('newest')).toBe('newest');
    secrets = ['newest'];
    expect(text('newest')).toBe(REDACTED);
  });
});
