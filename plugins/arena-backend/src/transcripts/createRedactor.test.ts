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
    const { json } = createRedactor(['"', 'user', '42', 'tok.n']);
    const result = json(
      JSON.stringify({
        role: 'user',
        content: 'the "user" said tok.n, not token',
        count: 42,
        nested: { 'key user': [true, null, 'x'] },
      }),
    );
    expect(JSON.parse(result)).toEqual({
      // A word of the format.
      role: 'user',
      content: `the ${REDACTED}${REDACTED}${REDACTED} said ${REDACTED}, not token`,
      count: REDACTED,
      nested: { [`key ${REDACTED}`]: [true, null, 'x'] },
    });
  });

  it('leaves nothing of a secret that begins like another', () => {
    const { text } = createRedactor(['abc', 'abcdef']);
    expect(text('abcdef abc')).toBe(`${REDACTED} ${REDACTED}`);
  });

  it('replaces in what is not JSON', () => {
    const { json } = createRedactor(['secret']);
    expect(json('{"broken": "secret')).toBe(`{"broken": "${REDACTED}`);
  });

  it('knows secrets that were added later, and ignores empty ones', () => {
    let secrets = [''];
    const { text } = createRedactor(() => secrets);
    expect(text('new')).toBe('new');
    secrets = ['new'];
    expect(text('new')).toBe(REDACTED);
  });
});
