import { HttpToolSpec } from '../../bundle/schemas/tool';
import { SecretReader } from '../../providers/SecretReader';
import { Variables } from '../Variables';
import { redact } from './redact';
import { RequestBuilder } from './RequestBuilder';

const variables = new Variables(
  new SecretReader(name => ({ TOKEN: 's3cret', SLOT: 'Bearer x' }[name])),
);

function build(
  spec: HttpToolSpec,
  args: Record<string, unknown> = {},
  slots?: Record<string, string>,
) {
  const { url, method, headers, body } = new RequestBuilder(
    spec,
    variables,
    slots,
  ).build(args);
  return {
    url: url.href,
    method,
    headers: Object.fromEntries(headers.entries()),
    body: body === undefined ? undefined : JSON.parse(body),
  };
}

describe('RequestBuilder', () => {
  it('posts the arguments as JSON', () => {
    expect(build({ url: 'https://e.org/a' }, { x: 1, y: null })).toMatchObject({
      url: 'https://e.org/a',
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: { x: 1, y: null },
    });
  });

  it('puts the arguments of a GET into the query, those of the path excepted', () => {
    expect(
      build(
        { url: 'https://e.org/u/{{.id}}?a=1', method: 'get' },
        { id: 'x y/z', tags: ['p', 'q'], where: { b: 1 }, none: null },
      ),
    ).toMatchObject({
      url: 'https://e.org/u/x%20y%2Fz?a=1&tags=p&tags=q&where=%7B%22b%22%3A1%7D',
      method: 'GET',
      body: undefined,
    });
  });

  it('sends each argument where the request says', () => {
    expect(
      build(
        {
          url: 'https://e.org/',
          headers: { 'X-Who': '{{.user}}', Authorization: 'Token ${TOKEN}' },
          headers_from_env: ['X-Key=TOKEN'],
          request: {
            query_params: ['page'],
            header_params: { 'X-Trace': 'trace', 'X-Both': '{{.a}}-{{.b}}' },
            exclude: ['user'],
            static_query: { v: 2 },
            static_headers: { 'X-Fixed': 'yes' },
            static_body: { fixed: true, c: 'author' },
          },
        },
        { page: 3, trace: 't', a: 'A', b: 'B', user: 'me', c: 'model' },
      ),
    ).toEqual({
      url: 'https://e.org/?page=3&v=2',
      method: 'POST',
      headers: expect.objectContaining({
        'x-who': 'me',
        authorization: 'Token s3cret',
        'x-key': 's3cret',
        'x-trace': 't',
        'x-both': 'A-B',
        'x-fixed': 'yes',
      }),
      body: { c: 'author', fixed: true },
    });
  });

  it('maps the body', () => {
    const spec = {
      url: 'https://e.org/',
      request: { body_mapping: '{q: text, n: length(items)}' },
    };
    expect(build(spec, { text: 'a', items: [1, 2] }).body).toEqual({
      q: 'a',
      n: 2,
    });
    const optional = { url: 'https://e.org/', request: { body_mapping: 'b' } };
    expect(build(optional, {}).body).toBeUndefined();
  });

  it('takes complete headers from credential slots, over those of the author', () => {
    expect(
      build(
        { url: 'https://e.org/', headers: { authorization: 'none' } },
        {},
        { Authorization: 'SLOT' },
      ).headers.authorization,
    ).toBe('Bearer x');
  });

  it.each([
    [{ url: 'https://e.org/{{.id}}' }, {}, /http.url needs the argument id/],
    [{ url: 'https://e.org/{{.id}}/x' }, { id: '..' }, /another folder/],
    [{ url: 'https://e.org/{{.a}}{{.b}}' }, { a: '.', b: '.' }, /another fo/],
    [{ url: 'https://e.org/{{if .a}}' }, { a: 1 }, /\{\{.argument\}\} alone/],
    [{ url: 'file:///etc/passwd' }, {}, /allowed are http and https/],
    [{ url: '{{.url}}' }, { url: 'http://10.0.0.1/' }, /is no address/],
    [
      { url: 'https://e.org', headers: { A: '{{.a}}' } },
      { a: 'x\r\nB: y' },
      /the header A cannot have the value/,
    ],
    [
      { url: 'https://e.org', headers_from_env: ['A=ABSENT'] },
      {},
      /variable ABSENT \(http.headers_from_env\) is not set/,
    ],
    [
      { url: 'https://e.org', headers_from_env: ['A=ARENA_CREDENTIAL_1'] },
      {},
      /begin with ARENA_ are reserved/,
    ],
    [
      { url: 'https://e.org', request: { body_mapping: '{{' } },
      {},
      /body_mapping is no JMESPath expression/,
    ],
  ])('refuses %j with %j', (spec, args, message) => {
    expect(() => build(spec, args)).toThrow(message);
  });

  it('does not let an argument name a variable', () => {
    expect(
      build(
        { url: 'https://e.org', headers: { A: '{{.a}}' } },
        { a: '${TOKEN}' },
      ).headers.a,
    ).toBe('${TOKEN}');
  });
});

describe('redact', () => {
  it('hides names everywhere and paths where they lead', () => {
    const value = {
      token: 'a',
      users: [{ email: 'x', id: 1, token: 'b' }],
      email: 'kept',
    };
    expect(redact(value, ['token', 'users.email', 'absent.x'])).toEqual({
      token: '[REDACTED]',
      users: [{ email: '[REDACTED]', id: 1, token: '[REDACTED]' }],
      email: 'kept',
    });
  });
});
