import { secretForms } from './secretForms';

const SECRET = `k3y "q"\\b/+'s ü&<x>(~*!)`;

describe('secretForms', () => {
  const forms = secretForms([SECRET]);
  const has = (text: string) => forms.some(form => text.includes(form));
  const json = (text: string) => JSON.stringify(text).slice(1, -1);

  it.each<[string, string]>([
    ['as it is', SECRET],
    ['as JSON', json(SECRET)],
    ['as JSON within JSON', json(json(json(SECRET)))],
    ['as JSON with slashes escaped', json(SECRET).replaceAll('/', '\\/')],
    ['as JSON in ASCII', json(SECRET).replace('ü', '\\u00fc')],
    ['in an address', encodeURIComponent(SECRET)],
    ['in a form', new URLSearchParams({ a: SECRET }).toString()],
    [
      'in an address, lower case',
      encodeURIComponent(SECRET).replace(/%../g, d => d.toLowerCase()),
    ],
    ['in Base64', Buffer.from(SECRET).toString('base64')],
    ['in Base64 of addresses', Buffer.from(SECRET).toString('base64url')],
    ['in Base64 behind one byte', Buffer.from(`:${SECRET}`).toString('base64')],
    ['in Base64 of a pair', Buffer.from(`jo:${SECRET}`).toString('base64')],
    [
      'in Base64 in the middle of a text',
      Buffer.from(`Bearer ${SECRET} and more`).toString('base64'),
    ],
    [
      'in Base64 in an address',
      encodeURIComponent(Buffer.from(SECRET).toString('base64')),
    ],
    ['as HTML', `k3y &quot;q&quot;\\b/+&#39;s ü&amp;&lt;x&gt;(~*!)`],
    ['quoted for a shell', SECRET.replaceAll("'", "'\\''")],
  ])('finds it %s', (_, text) => {
    expect(has(`before ${text} after`)).toBe(true);
  });

  it('finds nothing where there is nothing', () => {
    expect(has('an ordinary text, and k3y alone')).toBe(false);
  });

  it('has few forms of what is letters and digits alone', () => {
    const simple = secretForms(['sk0123456789abcdef']);
    expect(simple.length).toBeLessThanOrEqual(6);
    expect(simple).toEqual([...simple].sort((a, b) => b.length - a.length));
  });

  it('has no form that is empty, also of an empty text', () => {
    expect(secretForms([''])).toEqual([]);
  });

  it('takes halves of characters', () => {
    expect(secretForms(['abcdef\ud800'])).toContain('abcdef\\ud800');
  });
});
