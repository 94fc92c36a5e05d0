import { databases } from '../__testUtils__/databases';
import {
  ApiTestBed,
  asUser,
  createApiTestBed,
} from './__testUtils__/apiTestBed';
import { OpenApiDocument } from './__testUtils__/OpenApiDocument';

jest.setTimeout(120_000);

const { operations } = new OpenApiDocument();
const withBody = operations.filter(
  ({ path, requestBody }) => requestBody && !path.endsWith('/upload'),
);

/** Values for a parameter of a path that somebody could hope something from. */
const HOSTILE_NAMES = [
  'a\r\nX-Evil: 1\0',
  '../../../etc/passwd',
  `<script>"'; drop table runs; --\u202e`,
  '__proto__',
  'x'.repeat(5_000),
];

describe.each(databases.eachSupportedId())('hostile requests, %s', id => {
  let bed: ApiTestBed;

  beforeEach(async () => {
    bed = await createApiTestBed(id);
  });

  async function send(
    method: string,
    path: string,
    options: { body?: string; contentType?: string } = {},
  ) {
    const { body, contentType = 'application/json' } = options;
    const aborted = new AbortController();
    const response = await fetch(`${bed.baseUrl}${path}`, {
      method,
      signal: aborted.signal,
      headers: { ...asUser, ...(body && { 'Content-Type': contentType }) },
      body,
    });
    const { status, headers } = response;
    const type = headers.get('content-type') ?? '';
    if (type.includes('event-stream')) {
      aborted.abort();
      return { status, headers, type, text: '' };
    }
    return { status, headers, type, text: await response.text() };
  }

  const addressOf = (path: string, values: Record<string, string> = {}) =>
    path.replace(/\{(\w+)\}/g, (_, name) =>
      encodeURIComponent(
        values[name] ??
          { cluster: 'embedded', plural: 'arenajobs', index: '0' }[
            name as string
          ] ??
          'a',
      ),
    );

  it('are refused when their body is too large, by every operation that takes one', async () => {
    expect(withBody.length).toBeGreaterThan(5);
    for (const { method, path } of withBody) {
      const size = path.endsWith('/source-webhook') ? 5 : 1;
      const body = JSON.stringify({ text: 'x'.repeat(size * 1024 * 1024) });
      const { status } = await send(method, addressOf(path), { body });
      expect([path, status]).toEqual([path, 413]);
    }
  });

  it('reach no prototype by the keys of their bodies and queries', async () => {
    const keys =
      '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}';
    for (const { method, path } of withBody) {
      const bodies: Array<[string, string]> = [
        ['application/json', keys],
        ['application/json', `{"metadata":${keys},"spec":${keys}}`],
        ['application/yaml', `? __proto__\n: {polluted: 1}\n`],
        ['application/yaml', `<<: {__proto__: {polluted: 1}}\n`],
      ];
      for (const [contentType, body] of bodies) {
        const { status } = await send(method, addressOf(path), {
          body,
          contentType,
        });
        expect([path, body, status >= 400 && status < 500]).toEqual([
          path,
          body,
          true,
        ]);
      }
    }
    for (const { path } of operations.filter(
      ({ method }) => method === 'get',
    )) {
      const { status } = await send(
        'GET',
        `${addressOf(path)}?__proto__[polluted]=1&constructor=1`,
      );
      expect([path, status >= 400 && status < 500]).toEqual([path, true]);
    }
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });

  it('put nothing into headers, pages and queries by names in their addresses', async () => {
    for (const { method, path } of operations) {
      const parameters = [...path.matchAll(/\{(\w+)\}/g)].map(
        ([, name]) => name,
      );
      for (const parameter of parameters) {
        for (const hostile of HOSTILE_NAMES) {
          const at = [method, path, parameter, hostile.slice(0, 40)];
          const { status, headers, type } = await send(
            method,
            addressOf(path, { [parameter]: hostile }),
          );
          expect([...at, status < 500]).toEqual([...at, true]);
          expect([...at, headers.get('x-evil')]).toEqual([...at, null]);
          expect([...at, type.includes('html')]).toEqual([...at, false]);
        }
      }
    }
    expect(await bed.knex('runs')).toEqual([]);
  });
});
