import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { InvalidObjectError } from '@backstage-arena/plugin-arena-node';
import { gzipSync } from 'node:zlib';
import { parse } from 'yaml';
import { databases } from '../__testUtils__/databases';
import { admitAll } from '../store/__testUtils__/storeTestBed';
import {
  ApiTestBed,
  asNobody,
  asService,
  asUser,
  createApiTestBed,
  objectBody,
  objectsPath,
  USER,
} from './__testUtils__/apiTestBed';

const CREATOR = 'arena.backstage.io/creator';

jest.setTimeout(60_000);

describe.each(databases.eachSupportedId())('objects over REST, %s', id => {
  let bed: ApiTestBed;

  beforeEach(async () => {
    bed = await createApiTestBed(id);
  });

  const create = (name: string, overrides = {}) =>
    bed.request(objectsPath('arenajobs'), {
      method: 'POST',
      body: objectBody('ArenaJob', name, overrides),
    });

  it('creates, reads, replaces and deletes an object', async () => {
    const created = await create('a');
    expect(created.status).toBe(201);
    expect(created.body.metadata).toMatchObject({
      name: 'a',
      namespace: 'team',
      generation: 1,
      annotations: { [CREATOR]: USER },
    });

    const read = await bed.request(objectsPath('arenajobs', 'a'));
    expect(read.body).toEqual(created.body);

    const updated = await bed.request(objectsPath('arenajobs', 'a'), {
      method: 'PUT',
      body: { ...read.body, spec: { sourceRef: { name: 'other' } } },
    });
    expect(updated.status).toBe(200);
    expect(updated.body).toMatchObject({
      metadata: { generation: 2, annotations: { [CREATOR]: USER } },
      spec: { sourceRef: { name: 'other' } },
    });

    const deleted = await bed.request(objectsPath('arenajobs', 'a'), {
      method: 'DELETE',
    });
    expect(deleted.status).toBe(200);
    expect(deleted.body.metadata.uid).toBe(created.body.metadata.uid);
    const gone = await bed.request(objectsPath('arenajobs', 'a'));
    expect(gone.status).toBe(404);
  });

  it.each([
    ['ArenaSource', 'arenasources'],
    ['ArenaConfig', 'arenaconfigs'],
    ['Provider', 'providers'],
    ['AgentRuntime', 'agentruntimes'],
    ['ToolRegistry', 'toolregistries'],
  ] as const)('serves %s as %s', async (kind, plural) => {
    const body = objectBody(kind, 'x');
    const created = await bed.request(objectsPath(plural), {
      method: 'POST',
      body,
    });
    expect(created.status).toBe(201);
    const list = await bed.request(`/v1/clusters/embedded/${plural}`);
    expect(list.body.kind).toBe(`${kind}List`);
    expect(list.body.items).toHaveLength(1);
  });

  it('takes and gives YAML', async () => {
    const text = `
# a comment
apiVersion: omnia.altairalabs.ai/v1alpha1
kind: ArenaJob
metadata: {name: y, labels: &labels {team: "on"}}
spec:
  sourceRef: {name: source}
  copy: *labels
`;
    const created = await bed.request(objectsPath('arenajobs'), {
      method: 'POST',
      body: text,
      headers: { Accept: 'application/yaml' },
    });
    expect(created.status).toBe(201);
    expect(created.headers.get('content-type')).toMatch('application/yaml');
    expect(parse(created.text).spec.copy).toEqual({ team: 'on' });
    const refused = await bed.request(objectsPath('arenajobs', 'y'), {
      headers: { Accept: 'text/html' },
    });
    expect(refused.status).toBe(406);
  });

  it('changes nothing in a dry run', async () => {
    const dry = await bed.request(`${objectsPath('arenajobs')}?dryRun=All`, {
      method: 'POST',
      body: objectBody('ArenaJob', 'a'),
    });
    expect(dry.status).toBe(200);
    expect(dry.body.metadata.annotations[CREATOR]).toBe(USER);
    expect((await bed.request(objectsPath('arenajobs', 'a'))).status).toBe(404);

    await create('a');
    await bed.request(`${objectsPath('arenajobs', 'a')}?dryRun=All`, {
      method: 'PUT',
      body: objectBody('ArenaJob', 'a', { spec: { other: true } }),
    });
    await bed.request(`${objectsPath('arenajobs', 'a')}?dryRun=All`, {
      method: 'DELETE',
    });
    const still = await bed.request(objectsPath('arenajobs', 'a'));
    expect(still.body.spec).toEqual({ sourceRef: { name: 'source' } });

    const typo = await bed.request(`${objectsPath('arenajobs')}?dryRun=all`, {
      method: 'POST',
      body: objectBody('ArenaJob', 'b'),
    });
    expect(typo.status).toBe(400);
    expect(typo.body.error.message).toContain('\'dryRun\' is "all"');
  });

  it('lists in pages, by labels and by fields', async () => {
    for (const name of ['a', 'b', 'c']) {
      await create(name, {
        metadata: { labels: { odd: String(name !== 'b') } },
      });
    }
    const names = (answer: { body: any }) =>
      answer.body.items.map((item: any) => item.metadata.name);
    const first = await bed.request(`${objectsPath('arenajobs')}?limit=2`);
    expect(names(first)).toEqual(['a', 'b']);
    const second = await bed.request(
      `${objectsPath('arenajobs')}?limit=2&continue=${encodeURIComponent(
        first.body.metadata.continue,
      )}`,
    );
    expect(names(second)).toEqual(['c']);
    const odd = await bed.request(
      `${objectsPath('arenajobs')}?labelSelector=odd%3Dtrue`,
    );
    expect(names(odd)).toEqual(['a', 'c']);
    const field = await bed.request(
      `/v1/clusters/embedded/arenajobs?fieldSelector=metadata.name%3Dc`,
    );
    expect(names(field)).toEqual(['c']);
  });

  it.each([
    ['limit=0', '\'limit\' is "0"'],
    ['limit=1001', '\'limit\' is "1001"'],
    ['limit=1e9', 'whole number'],
    ['limit=1&limit=2', '\'limit\' is ["1","2"]'],
    ['lableSelector=a', "Unknown query parameter 'lableSelector'"],
    ['labelSelector=,,,', ''],
    ['continue=nonsense', ''],
    ['fieldSelector=spec.secret%3Dx', ''],
  ])('refuses to list with %s', async (query, message) => {
    const answer = await bed.request(`${objectsPath('arenajobs')}?${query}`);
    expect(answer.status).toBe(400);
    expect(answer.body.error.message).toContain(message);
  });

  it('says what there is when it is asked for what is not', async () => {
    const cluster = await bed.request('/v1/clusters/prod/arenajobs');
    expect(cluster.status).toBe(404);
    expect(cluster.body.error.message).toContain('configured are embedded');
    const kind = await bed.request('/v1/clusters/embedded/pods');
    expect(kind.status).toBe(404);
    expect(kind.body.error.message).toContain('toolregistries');
  });

  it('answers a stale version, a taken name and a failed precondition with 409', async () => {
    const { body } = await create('a');
    expect((await create('a')).status).toBe(409);
    await bed.request(objectsPath('arenajobs', 'a'), {
      method: 'PUT',
      body: { ...body, spec: { other: 1 } },
    });
    const stale = await bed.request(objectsPath('arenajobs', 'a'), {
      method: 'PUT',
      body: { ...body, spec: { other: 2 } },
    });
    expect(stale.status).toBe(409);
    const another = await bed.request(objectsPath('arenajobs', 'a'), {
      method: 'PUT',
      body: objectBody('ArenaJob', 'a', { metadata: { uid: 'other' } }),
    });
    expect(another.status).toBe(409);
    const remove = await bed.request(
      `${objectsPath('arenajobs', 'a')}?uid=other`,
      { method: 'DELETE' },
    );
    expect(remove.status).toBe(409);
  });

  it('answers what admission refuses with 422 and all causes', async () => {
    const causes = [
      { field: 'spec.a', reason: 'FieldValueInvalid', message: 'bad' },
      { field: 'spec.b', reason: 'FieldValueRequired', message: 'missing' },
    ];
    bed = await createApiTestBed(id, {
      store: {
        admission: {
          ...admitAll,
          admit: () => {
            throw new InvalidObjectError('is invalid', causes);
          },
        },
      },
    });
    const answer = await create('a');
    expect(answer.status).toBe(422);
    expect(answer.body.error).toMatchObject({
      name: 'InvalidObjectError',
      causes,
    });
    expect(bed.audit).toHaveBeenCalledWith(
      'object-create',
      expect.objectContaining({ name: 'a' }),
      'InvalidObjectError',
    );
  });

  it('answers 410 to a page that is too old', async () => {
    for (const name of ['a', 'b']) await create(name);
    const first = await bed.request(`${objectsPath('arenajobs')}?limit=1`);
    await create('c');
    bed.clock.advance(3_600_000);
    await bed.store.compactor.compact();
    const second = await bed.request(
      `${objectsPath('arenajobs')}?limit=1&continue=${encodeURIComponent(
        first.body.metadata.continue,
      )}`,
    );
    expect(second.status).toBe(410);
    expect(second.body.error.name).toBe('GoneError');
  });

  describe('who created an object', () => {
    it('is written by the server, whatever the caller claims', async () => {
      const { body } = await create('a', {
        metadata: { annotations: { [CREATOR]: 'user:default/boss', x: 'y' } },
      });
      expect(body.metadata.annotations).toEqual({ [CREATOR]: USER, x: 'y' });
    });

    it('survives a replacement that does not mention it', async () => {
      await create('a');
      const { body } = await bed.request(objectsPath('arenajobs', 'a'), {
        method: 'PUT',
        body: objectBody('ArenaJob', 'a'),
      });
      expect(body.metadata.annotations).toEqual({ [CREATOR]: USER });
    });

    it('cannot be changed', async () => {
      await create('a');
      const { status, body } = await bed.request(
        objectsPath('arenajobs', 'a'),
        {
          method: 'PUT',
          body: objectBody('ArenaJob', 'a', {
            metadata: { annotations: { [CREATOR]: 'user:default/boss' } },
          }),
        },
      );
      expect(status).toBe(422);
      expect(body.error.causes[0]).toMatchObject({
        field: `metadata.annotations[${CREATOR}]`,
        message: 'Invalid value: "user:default/boss": field is immutable',
      });
    });
  });

  describe('permissions', () => {
    it('answers 401 to nobody', async () => {
      for (const path of [
        objectsPath('arenajobs'),
        '/v1/health',
        '/v1/clusters',
        '/v1/runs/x',
        '/v1/stream?topic=jobs',
      ]) {
        const answer = await bed.request(path, { headers: asNobody });
        expect(answer.status).toBe(401);
      }
    });

    it('lets a service read, and refuses it to write', async () => {
      await create('a');
      const read = await bed.request(objectsPath('arenajobs', 'a'), {
        headers: asService,
      });
      expect(read.status).toBe(200);
      const one = objectsPath('arenajobs', 'a');
      const writes = [
        { method: 'POST', path: objectsPath('arenajobs') },
        { method: 'PUT', path: one },
        { method: 'DELETE', path: one },
        { method: 'POST', path: `${one}/cancel` },
        { method: 'POST', path: `${one}/rerun` },
      ];
      for (const { method, path } of writes) {
        const answer = await bed.request(path, {
          method,
          headers: asService,
          body: method === 'DELETE' ? undefined : objectBody('ArenaJob', 'a'),
        });
        expect(answer.status).toBe(403);
        expect(answer.body.error.message).toContain('on behalf of a user');
      }
      expect((await bed.request(one)).body).toEqual(read.body);
    });

    it.each([
      ['arena.job.read', 'GET', objectsPath('arenajobs')],
      ['arena.job.read', 'GET', objectsPath('arenajobs', 'a')],
      ['arena.job.read', 'GET', `${objectsPath('arenajobs', 'a')}/events`],
      ['arena.job.read', 'GET', `${objectsPath('arenajobs', 'a')}/runs`],
      ['arena.job.read', 'GET', '/v1/clusters/embedded/arenajobs'],
      ['arena.job.read', 'GET', '/v1/clusters/embedded/jobs'],
      ['arena.job.read', 'GET', '/v1/runs/x'],
      ['arena.job.read', 'GET', '/v1/runs/x/matrix'],
      ['arena.job.read', 'GET', '/v1/runs/x/items'],
      ['arena.job.read', 'GET', '/v1/runs/x/items/1'],
      ['arena.job.read', 'GET', '/v1/runs/x/reports/results.json'],
      ['arena.job.read', 'GET', '/v1/runs/x/items/1/transcript'],
      ['arena.transcript.read', 'GET', '/v1/runs/x/items/1/transcript'],
      ['arena.job.read', 'GET', '/v1/stream?topic=jobs'],
      ['arena.job.read', 'GET', '/v1/stream?topic=run:x'],
      ['arena.job.read', 'GET', '/v1/stream?topic=job:embedded/team/a'],
      ['arena.resource.read', 'GET', '/v1/stream?topic=sources'],
      ['arena.job.create', 'POST', objectsPath('arenajobs')],
      ['arena.job.update', 'PUT', objectsPath('arenajobs', 'a')],
      ['arena.job.delete', 'DELETE', objectsPath('arenajobs', 'a')],
      ['arena.job.cancel', 'POST', `${objectsPath('arenajobs', 'a')}/cancel`],
      ['arena.job.rerun', 'POST', `${objectsPath('arenajobs', 'a')}/rerun`],
      ['arena.resource.read', 'GET', objectsPath('providers')],
      ['arena.resource.create', 'POST', objectsPath('providers')],
      ['arena.resource.update', 'PUT', objectsPath('providers', 'a')],
      ['arena.resource.delete', 'DELETE', objectsPath('providers', 'a')],
      ['arena.resource.read', 'GET', objectsPath('arenareferencegrants')],
      ['arena.grant.create', 'POST', objectsPath('arenareferencegrants')],
      ['arena.grant.update', 'PUT', objectsPath('arenareferencegrants', 'a')],
      [
        'arena.grant.delete',
        'DELETE',
        objectsPath('arenareferencegrants', 'a'),
      ],
    ])('needs %s to %s %s', async (permission, method, path) => {
      bed.decisions.set(permission, AuthorizeResult.DENY);
      const request = {
        method,
        body:
          method === 'POST' || method === 'PUT'
            ? objectBody('ArenaJob', 'a')
            : undefined,
      };
      const denied = await bed.request(path, request);
      expect(denied.status).toBe(403);
      expect(denied.body.error.message).toContain(`'${permission}'`);
    });

    it('needs arena.transcript.read for a job that writes what was said somewhere', async () => {
      const { spec, ...rest } = objectBody('ArenaJob', 'a');
      const body = {
        ...rest,
        spec: {
          ...spec,
          evaluation: { outputFormats: ['transcripts'] },
          output: { type: 'pvc', pvc: { claimName: 'results' } },
        },
      };
      bed.decisions.set('arena.transcript.read', AuthorizeResult.DENY);
      for (const [method, path] of [
        ['POST', objectsPath('arenajobs')],
        ['PUT', objectsPath('arenajobs', 'a')],
      ] as const) {
        const denied = await bed.request(path, { method, body });
        expect(denied.status).toBe(403);
        expect(denied.body.error.message).toContain("'arena.transcript.read'");
      }
      bed.decisions.clear();
      const allowed = await bed.request(objectsPath('arenajobs'), {
        method: 'POST',
        body,
      });
      expect(allowed.status).toBe(201);
    });

    it('asks for permission before it tells what exists', async () => {
      bed.decisions.set('arena.job.read', AuthorizeResult.DENY);
      const answer = await bed.request('/v1/clusters/nope/arenajobs');
      expect(answer.status).toBe(403);
    });
  });

  describe('bodies', () => {
    const post = (body: string, headers: Record<string, string> = {}) =>
      bed.request(objectsPath('arenajobs'), {
        method: 'POST',
        body,
        headers: { ...asUser, ...headers },
      });
    const json = { 'Content-Type': 'application/json' };

    it.each([
      ['nothing', '', 'no body'],
      ['broken YAML', 'kind: [', 'Invalid YAML'],
      ['a key given twice', 'kind: a\nkind: b', 'duplicated mapping key'],
      ['two documents', 'kind: a\n---\nkind: b', 'one object per request'],
      ['an unknown alias', 'kind: *a', 'unidentified alias'],
      ['deep nesting', '['.repeat(200_000), 'Invalid YAML'],
      ['control characters', 'a: "\u0000\u0001', 'Invalid YAML'],
    ])('refuses %s with 400', async (_what, body, message) => {
      const answer = await post(body);
      expect(answer.status).toBe(400);
      expect(answer.body.error.message).toContain(message);
    });

    it.each([
      ['broken JSON', '{"kind": ', 'Invalid JSON'],
      ['unfinished nesting', '['.repeat(500_000), 'Invalid JSON'],
      [
        'deep nesting',
        `${'['.repeat(400_000)}${']'.repeat(400_000)}`,
        'nested too deeply',
      ],
    ])('refuses %s with 400', async (_what, body, message) => {
      const answer = await post(body, json);
      expect(answer.status).toBe(400);
      expect(answer.body.error.message).toContain(message);
    });

    it.each([
      ['a list', '[1, 2]'],
      ['a word', 'hello'],
      ['null', 'null'],
      [
        'a number as name',
        'kind: ArenaJob\napiVersion: v1\nmetadata: {name: 1}\nspec: {}',
      ],
      [
        'labels that are no texts',
        'kind: ArenaJob\napiVersion: v1\nmetadata: {name: a, labels: {a: true}}\nspec: {}',
      ],
      ['no spec', 'kind: ArenaJob\napiVersion: v1\nmetadata: {name: a}'],
    ])('refuses %s with 422', async (_what, body) => {
      const answer = await post(body);
      expect(answer.status).toBe(422);
      expect(answer.body.error.causes.length).toBeGreaterThan(0);
    });

    it.each([
      ['kind', objectBody('Provider', 'a'), 'kind: Invalid value: "Provider"'],
      [
        'namespace',
        objectBody('ArenaJob', 'a', { metadata: { namespace: 'other' } }),
        'metadata.namespace: Invalid value: "other"',
      ],
    ])(
      'refuses another %s than that of the address',
      async (_w, body, message) => {
        const answer = await bed.request(objectsPath('arenajobs'), {
          method: 'POST',
          body,
        });
        expect(answer.status).toBe(400);
        expect(answer.body.error.message).toContain(message);
      },
    );

    it('refuses another name than that of the address', async () => {
      await create('a');
      const answer = await bed.request(objectsPath('arenajobs', 'a'), {
        method: 'PUT',
        body: objectBody('ArenaJob', 'b'),
      });
      expect(answer.status).toBe(400);
    });

    it('refuses a body that is too large, and one that unpacks to that', async () => {
      const text = `# ${'x'.repeat(1_100_000)}`;
      expect((await post(text)).status).toBe(413);
      const packed = await fetch(`${bed.baseUrl}${objectsPath('arenajobs')}`, {
        method: 'POST',
        body: gzipSync(text),
        headers: {
          ...asUser,
          'Content-Type': 'application/yaml',
          'Content-Encoding': 'gzip',
        },
      });
      expect(packed.status).toBe(413);
    });

    it('refuses formats that it does not know', async () => {
      const answer = await post('a=b', {
        'Content-Type': 'application/x-www-form-urlencoded',
      });
      expect(answer.status).toBe(415);
    });

    it('does not let aliases multiply', async () => {
      const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
      for (let i = 1; i < 12; i++) {
        lines.push(`a${i}: &a${i} [${`*a${i - 1}, `.repeat(10)}]`);
      }
      const startedAt = performance.now();
      const answer = await post(lines.join('\n'));
      expect(answer.status).toBe(400);
      expect(answer.body.error.message).toContain('aliases followed');
      expect(performance.now() - startedAt).toBeLessThan(2_000);
    });

    it.each([
      ['a mapping of many keys', (i: number) => `k${i}: v\n`],
      ['many anchors', (i: number) => `- &a${i} x\n`],
      ['many lists', () => '- [a, b]\n'],
    ])(
      'takes as much more time to parse %s as there is more',
      async (_what, line) => {
        const timeOf = async (count: number) => {
          const text = Array.from({ length: count }, (_, i) => line(i)).join(
            '',
          );
          const startedAt = performance.now();
          expect((await post(text)).status).toBe(422);
          return performance.now() - startedAt;
        };
        await timeOf(6_000);
        const some = await timeOf(6_000);
        // Ten times as much; if each line were compared with all others, a hundred times.
        expect((await timeOf(60_000)) / some).toBeLessThan(40);
      },
    );

    it('refuses an alias that holds itself', async () => {
      expect((await post('a: &a [*a]')).status).toBe(400);
    });

    it('does not let keys reach prototypes', async () => {
      const answer = await post(
        JSON.stringify(objectBody('ArenaJob', 'a')).replace(
          '"spec":{',
          '"spec":{"__proto__":{"polluted":true},',
        ),
        json,
      );
      expect(answer.status).toBeLessThan(500);
      expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    });
  });

  it('tells the events of an object, newest first', async () => {
    const { body } = await create('a');
    await bed.store.events.record(body, {
      type: 'Normal',
      reason: 'JobCreated',
      message: 'created',
    });
    bed.clock.advance(1_000);
    await bed.store.events.record(body, {
      type: 'Warning',
      reason: 'Odd',
      message: 'hm',
    });
    const answer = await bed.request(`${objectsPath('arenajobs', 'a')}/events`);
    expect(answer.body.items.map((event: any) => event.reason)).toEqual([
      'Odd',
      'JobCreated',
    ]);
    const missing = await bed.request(
      `${objectsPath('arenajobs', 'b')}/events`,
    );
    expect(missing.status).toBe(404);
  });

  it('pages and filters the jobs table', async () => {
    for (const name of ['alpha', 'beta', 'gamma']) await create(name);
    const page = await bed.request(
      '/v1/clusters/embedded/jobs?orderBy=name&order=desc&limit=2&phase=Pending&phase=Running',
    );
    expect(page.status).toBe(200);
    expect(page.body.totalItems).toBe(3);
    expect(page.body.items.map((job: any) => job.metadata.name)).toEqual([
      'gamma',
      'beta',
    ]);
    const wrong = await bed.request('/v1/clusters/embedded/jobs?phase=Gone');
    expect(wrong.status).toBe(400);
    expect(wrong.body.error.message).toContain('Succeeded');
    const cluster = await bed.request('/v1/clusters/prod/jobs');
    expect(cluster.status).toBe(404);
  });

  it('tells its health and its clusters', async () => {
    const health = await bed.request('/v1/health', { headers: asService });
    expect(health.status).toBe(200);
    expect(health.body).toEqual({
      status: 'ok',
      clusters: [{ name: 'embedded', kind: 'embedded', ready: true }],
    });
    await bed.knex.schema.renameTable('resources', 'resources_away');
    const broken = await bed.request('/v1/health');
    expect(broken.status).toBe(503);
    expect(broken.body.clusters[0].ready).toBe(false);
    await bed.knex.schema.renameTable('resources_away', 'resources');
  });
});
