import {
  AuthorizeResult,
  isResourcePermission,
  Permission,
  PermissionCriteria,
  PermissionCondition,
  PolicyDecision,
} from '@backstage/plugin-permission-common';
import {
  ArenaKind,
  arenaJobPermissions,
  arenaResourcePermissions,
  RESOURCE_TYPE_ARENA_JOB,
} from '@backstage-arena/plugin-arena-common';
import { Readable } from 'node:stream';
import { databases } from '../__testUtils__/databases';
import {
  arenaJobConditions,
  arenaResourceConditions,
  createArenaJobConditionalDecision,
  createArenaResourceConditionalDecision,
} from '../permissions';
import {
  ApiTestBed,
  asNobody,
  asService,
  asUser,
  createApiTestBed,
  objectBody,
  USER,
} from './__testUtils__/apiTestBed';
import {
  OpenApiDocument,
  OperationPermission,
} from './__testUtils__/OpenApiDocument';
import { createRun, work } from './__testUtils__/testRun';

jest.setTimeout(300_000);

const EVE = 'user:default/eve';
const HIDDEN = 'other';

/** A namespace with one of everything. */
interface Place {
  namespace: string;
  job: string;
  source: string;
  runId: string;
  secondRunId: string;
}

interface RouteRule {
  /**
   * What is decided about: one run, several, a job, a source, all of a list, an object that is to be created. `nothing`: whoever is signed
   * in. `signature`: without credentials of the portal.
   */
  about:
    | 'run'
    | 'runs'
    | 'job'
    | 'source'
    | 'list'
    | 'new'
    | 'nothing'
    | 'signature';
  /** Event that a request leaves; every route that changes something, or gives out what was said, has one. */
  event?: string;
  query?(place: Place): string;
  body?(place: Place): unknown;
  params?: Record<string, string>;
}

const C = '/v1/clusters/{cluster}';
const N = `${C}/namespaces/{namespace}`;
const JOB = `${N}/arenajobs/{name}`;
const SOURCE = `${N}/arenasources/{name}`;
const RUN = '/v1/runs/{runId}';
const DIGEST = `sha256:${'b'.repeat(64)}`;
const jobsPlural = { plural: 'arenajobs' };
const job = (place: Place) =>
  objectBody('ArenaJob', place.job, {
    spec: { sourceRef: { name: place.source }, verbose: true },
  });
const bothRuns = ({ runId, secondRunId }: Place) =>
  `?run=${runId}&run=${secondRunId}`;

/** How each route of the API is guarded. A route that is not here fails the test, and so does one that is gone. */
const RULES: Record<string, RouteRule> = {
  'get /v1/health': { about: 'nothing' },
  'get /v1/clusters': { about: 'nothing' },
  'get /v1/stream': { about: 'list', query: () => '?topic=jobs' },
  [`get ${C}/jobs`]: { about: 'list' },
  'post /v1/job-overviews': {
    about: 'list',
    body: place => ({
      jobs: [
        { cluster: 'embedded', namespace: place.namespace, name: place.job },
      ],
    }),
  },
  [`get ${C}/{plural}`]: { about: 'list', params: jobsPlural },
  [`get ${N}/{plural}`]: { about: 'list', params: jobsPlural },
  [`post ${N}/{plural}`]: {
    about: 'new',
    params: jobsPlural,
    event: 'object-create',
    // What it names is asked about as well, unless it is not there yet.
    body: () =>
      objectBody('ArenaJob', 'brand-new', {
        spec: { sourceRef: { name: 'not-there-yet' } },
      }),
  },
  [`get ${N}/{plural}/{name}`]: { about: 'job', params: jobsPlural },
  [`put ${N}/{plural}/{name}`]: {
    about: 'job',
    params: jobsPlural,
    event: 'object-update',
    body: job,
  },
  [`delete ${N}/{plural}/{name}`]: {
    about: 'job',
    params: jobsPlural,
    event: 'object-delete',
    query: () => '?dryRun=All',
  },
  [`get ${N}/{plural}/{name}/events`]: { about: 'job', params: jobsPlural },
  [`post ${JOB}/cancel`]: { about: 'job', event: 'job-cancel' },
  [`post ${JOB}/rerun`]: { about: 'job', event: 'job-rerun' },
  [`get ${JOB}/trend`]: { about: 'job' },
  [`get ${JOB}/schedule`]: { about: 'job' },
  [`get ${JOB}/schedule/days`]: { about: 'job' },
  [`post ${JOB}/trigger`]: { about: 'job', event: 'job-trigger' },
  [`get ${JOB}/runs`]: { about: 'job' },
  [`get ${SOURCE}/revisions`]: { about: 'source' },
  [`get ${SOURCE}/revisions/{digest}/files`]: { about: 'source' },
  [`get ${SOURCE}/revisions/{digest}/file`]: {
    about: 'source',
    query: () => '?path=a',
  },
  [`get ${SOURCE}/revisions/{digest}/bundle`]: { about: 'source' },
  [`get ${SOURCE}/revisions/{digest}/diff`]: {
    about: 'source',
    query: () => `?from=${DIGEST}`,
  },
  [`post ${SOURCE}/sync`]: { about: 'source', event: 'source-sync' },
  [`post ${SOURCE}/upload`]: { about: 'source', event: 'source-upload' },
  'post /v1/source-webhook': { about: 'signature' },
  [`get ${RUN}`]: { about: 'run' },
  [`get ${RUN}/matrix`]: { about: 'run' },
  [`get ${RUN}/statistics`]: { about: 'run' },
  [`get ${RUN}/gate`]: { about: 'run' },
  'get /v1/comparisons': { about: 'runs', query: bothRuns },
  'get /v1/comparisons/cells': { about: 'runs', query: bothRuns },
  'get /v1/comparisons/inputs': { about: 'runs', query: bothRuns },
  'get /v1/comparisons/export': {
    about: 'runs',
    event: 'comparison-export',
    query: place => `${bothRuns(place)}&format=json`,
  },
  [`get ${RUN}/comparison`]: {
    about: 'run',
    query: ({ secondRunId }) => `?baseline=${secondRunId}`,
  },
  [`get ${RUN}/dataset`]: { about: 'run' },
  [`get ${RUN}/rows`]: { about: 'run' },
  [`get ${RUN}/rejects`]: { about: 'run' },
  [`get ${RUN}/load`]: { about: 'run' },
  [`get ${RUN}/load/series`]: { about: 'run' },
  [`get ${RUN}/load/metrics`]: { about: 'run' },
  [`post ${RUN}/load/controls`]: {
    about: 'run',
    event: 'load-control',
    body: () => ({ action: 'stop' }),
  },
  [`get ${RUN}/items`]: { about: 'run' },
  [`get ${RUN}/items/{index}`]: { about: 'run' },
  [`get ${RUN}/items/{index}/transcript`]: {
    about: 'run',
    event: 'transcript-read',
  },
  [`get ${RUN}/items/{index}/comments`]: { about: 'run' },
  [`post ${RUN}/items/{index}/comments`]: {
    about: 'run',
    event: 'comment-create',
    body: () => ({ text: 'Known' }),
  },
  [`put ${RUN}/items/{index}/labels/{label}`]: {
    about: 'run',
    event: 'label-add',
  },
  [`delete ${RUN}/items/{index}/labels/{label}`]: {
    about: 'run',
    event: 'label-remove',
  },
  [`get ${RUN}/comments`]: { about: 'run' },
  [`put ${RUN}/comments/{commentId}`]: {
    about: 'run',
    event: 'comment-update',
    body: () => ({ text: 'Known' }),
  },
  [`delete ${RUN}/comments/{commentId}`]: {
    about: 'run',
    event: 'comment-delete',
  },
  [`post ${RUN}/reports/retry`]: { about: 'run', event: 'reports-retry' },
  [`get ${RUN}/reports/{name}`]: {
    about: 'run',
    event: 'report-download',
    params: { name: 'results.json' },
  },
};

const KINDS: Record<string, ArenaKind> = {
  arenasources: 'ArenaSource',
  arenareferencegrants: 'ArenaReferenceGrant',
};

/** Reading by a method that changes things elsewhere. */
const READS_BY_POST = ['post /v1/job-overviews'];

const { operations } = new OpenApiDocument();
const routes = operations.map(({ method, path }) => `${method} ${path}`);
/** What the description says that each route needs. */
const STATED = new Map<string, OperationPermission | undefined>(
  operations.map(operation => [
    `${operation.method} ${operation.path}`,
    operation['x-permission'],
  ]),
);
const isForUsers = (route: string) => STATED.get(route)?.users === true;
const guarded = Object.entries(RULES).filter(
  ([, { about }]) => about !== 'nothing' && about !== 'signature',
);

describe('rules of routes', () => {
  it('are there for every route, and for no other', () => {
    expect(Object.keys(RULES).sort()).toEqual(routes.sort());
  });

  it('name an event for every route that changes something', () => {
    const silent = Object.entries(RULES).filter(
      ([route, { event, about }]) =>
        !route.startsWith('get ') &&
        !event &&
        about !== 'signature' &&
        !READS_BY_POST.includes(route),
    );
    expect(silent).toEqual([]);
  });

  it('are stated in the description: by x-permission of each operation', () => {
    const known = [...arenaJobPermissions, ...arenaResourcePermissions].map(
      ({ name }) => name,
    );
    for (const [route, { about }] of Object.entries(RULES)) {
      const stated = STATED.get(route);
      if (!stated) throw new Error(`${route} has no x-permission`);
      const needs = Object.values(stated.needs).flat();
      expect([route, needs.filter(name => !known.includes(name))]).toEqual([
        route,
        [],
      ]);
      expect([route, needs.length > 0]).toEqual([
        route,
        about !== 'nothing' && about !== 'signature',
      ]);
      expect([route, stated.signature === true]).toEqual([
        route,
        about === 'signature',
      ]);
    }
  });
});

describe.each(databases.eachSupportedId())('routes and policies, %s', id => {
  let bed: ApiTestBed;
  let mine: Place;
  let theirs: Place;

  async function createPlace(
    namespace: string,
    creator: string,
  ): Promise<Place> {
    const headers = {
      Authorization: asUser.Authorization.replace(USER, creator),
    };
    const at = `/v1/clusters/embedded/namespaces/${namespace}`;
    const post = async (path: string, body: unknown) => {
      const answer = await bed.request(path, {
        method: 'POST',
        headers,
        body,
      });
      expect(answer.status).toBe(201);
      return answer.body;
    };
    const name = `job-of-${namespace}`;
    await post(
      `${at}/arenasources`,
      objectBody('ArenaSource', 'source', {
        spec: { type: 'workspace', workspace: { path: 'b' } },
      }),
    );
    const { metadata } = await post(
      `${at}/arenajobs`,
      // A schedule, so that it can be run now as well.
      objectBody('ArenaJob', name, {
        spec: {
          sourceRef: { name: 'source' },
          schedule: { cron: '0 2 * * *' },
        },
      }),
    );
    const run = async (attempt: number) => {
      const runId = await createRun(bed, {
        namespace,
        jobName: name,
        jobUid: metadata.uid,
        creator,
        attempt,
      });
      await work(bed, runId, ['passed', 'failed']);
      return runId;
    };
    const secondRunId = await run(1);
    const runId = await run(2);
    const { digest, size } = await bed.snapshots.put(
      Readable.from(Buffer.from('{}')),
    );
    await bed.services.runs.addReport(runId, {
      name: 'results.json',
      contentType: 'application/json',
      digest,
      size,
    });
    await bed.knex('run_reports').update({ published: true });
    return { namespace, job: name, source: 'source', runId, secondRunId };
  }

  beforeEach(async () => {
    bed = await createApiTestBed(id);
    mine = await createPlace('team', USER);
    theirs = await createPlace(HIDDEN, EVE);
  });

  async function send(
    route: string,
    place: Place,
    options: { headers?: Record<string, string>; plural?: string } = {},
  ) {
    const { headers = asUser, plural = 'arenajobs' } = options;
    const rule = RULES[route];
    const [method, path] = route.split(' ');
    const values: Record<string, string> = {
      cluster: 'embedded',
      namespace: place.namespace,
      name:
        rule.about === 'source' || plural !== 'arenajobs'
          ? place.source
          : place.job,
      runId: place.runId,
      index: '0',
      label: 'known-issue',
      commentId: 'none',
      digest: DIGEST,
      ...rule.params,
      ...(rule.params?.plural && { plural }),
    };
    const url = path.replace(/\{(\w+)\}/g, (_, name) =>
      encodeURIComponent(values[name]),
    );
    const sent = rule.body?.(place);
    const body =
      plural === 'arenajobs' || sent === undefined
        ? sent
        : {
            ...sent,
            kind: KINDS[plural],
            spec: {},
            metadata: { name: values.name },
          };
    const aborted = new AbortController();
    const response = await fetch(
      `${bed.baseUrl}${url}${rule.query?.(place) ?? ''}`,
      {
        method,
        signal: aborted.signal,
        headers: {
          ...headers,
          ...(body !== undefined && { 'Content-Type': 'application/json' }),
        },
        body: body === undefined ? undefined : JSON.stringify(body),
      },
    );
    const { status } = response;
    if (response.headers.get('content-type')?.includes('event-stream')) {
      aborted.abort();
      return { status, text: '' };
    }
    return { status, text: await response.text() };
  }

  const allow = (): PolicyDecision => ({ result: AuthorizeResult.ALLOW });

  it('refuse everything when everything is denied', async () => {
    bed.policy.decide = () => ({ result: AuthorizeResult.DENY });
    for (const [route] of guarded) {
      bed.audit.mockClear();
      const { status, text } = await send(route, mine);
      expect([route, status]).toEqual([route, 403]);
      expect(text).toContain('NotAllowedError');
      expect(bed.audit).toHaveBeenCalledWith(
        'access-denied',
        expect.anything(),
        'NotAllowedError',
      );
      // What does not exist is refused in the same words: nobody learns what there is.
      const missing = await send(route, {
        ...mine,
        job: 'missing',
        source: 'missing',
        runId: 'missing',
      });
      expect([route, missing.status]).toEqual([route, 403]);
    }
  });

  it('let nobody in without credentials, and tell nothing', async () => {
    bed.policy.decide = allow;
    for (const route of routes) {
      for (const place of [
        mine,
        { ...mine, job: 'missing', runId: 'missing' },
      ]) {
        const { status, text } = await send(route, place, {
          headers: asNobody,
        });
        expect([route, status]).toEqual([route, 401]);
        expect(text).toContain('AuthenticationError');
        expect(text).not.toContain('does not exist');
      }
    }
  });

  it('let services read, and refuse them what users alone may do', async () => {
    bed.policy.decide = allow;
    bed.audit.mockClear();
    for (const [route] of guarded.filter(([each]) => isForUsers(each))) {
      const { status, text } = await send(route, mine, { headers: asService });
      expect([route, status]).toEqual([route, 403]);
      expect(text).toContain('on behalf of a user');
    }
    expect(bed.audit).not.toHaveBeenCalled();
    for (const [route] of guarded.filter(([each]) => !isForUsers(each))) {
      const { status } = await send(route, mine, { headers: asService });
      expect([route, [401, 403, 500].includes(status)]).toEqual([route, false]);
    }
  });

  it('refuse to write to who may only read', async () => {
    bed.policy.decide = ({ name }) => ({
      result: name.endsWith('.read')
        ? AuthorizeResult.ALLOW
        : AuthorizeResult.DENY,
    });
    const before = await contents();
    for (const [route] of guarded) {
      const isRead = route.startsWith('get ') || READS_BY_POST.includes(route);
      const { status } = await send(route, mine);
      expect([route, status === 403]).toEqual([route, !isRead]);
    }
    expect(await contents()).toEqual(before);
  });

  it('need exactly the permissions that their description states', async () => {
    const cases = guarded.flatMap(([route]) => {
      const needs = STATED.get(route)?.needs ?? [];
      const byPlural = Array.isArray(needs) ? { arenajobs: needs } : needs;
      return Object.entries(byPlural).map(([plural, names]) => ({
        route,
        plural: plural === 'others' ? 'arenasources' : plural,
        needs: names,
      }));
    });
    for (const { route, plural, needs } of cases) {
      for (const needed of needs) {
        bed.policy.decide = ({ name }) => ({
          result:
            name === needed ? AuthorizeResult.DENY : AuthorizeResult.ALLOW,
        });
        const { status, text } = await send(route, mine, { plural });
        expect([route, needed, status]).toEqual([route, needed, 403]);
        expect(text).toContain(`'${needed}'`);
      }
    }
    for (const { route, plural, needs } of cases) {
      bed.policy.decide = ({ name }) => ({
        result: needs.includes(name)
          ? AuthorizeResult.ALLOW
          : AuthorizeResult.DENY,
      });
      const { status } = await send(route, mine, { plural });
      expect([route, plural, [401, 403, 500].includes(status)]).toEqual([
        route,
        plural,
        false,
      ]);
    }
  });

  /** What could be changed. */
  async function contents() {
    const tables = [
      'resources',
      'runs',
      'run_items',
      'run_reports',
      'item_comments',
      'item_labels',
      'source_uploads',
    ];
    return Promise.all(tables.map(table => bed.knex(table)));
  }

  it('refuse nobody when everything is allowed, and leave an event', async () => {
    bed.policy.decide = allow;
    for (const [route, { event }] of guarded) {
      bed.audit.mockClear();
      const { status } = await send(route, mine);
      expect([route, [401, 403, 500].includes(status)]).toEqual([route, false]);
      const events = bed.audit.mock.calls.map(([eventId]) => eventId);
      expect([route, events]).toEqual([route, event ? [event] : []]);
    }
  });

  it.each([
    ['a namespace', [['inNamespace', { namespaces: ['team'] }]]],
    ['an owner', [['isOwner', { claims: [USER] }]]],
    ['all but a namespace', [['inNamespace', { namespaces: [HIDDEN] }], 'not']],
  ] as const)(
    'show what %s allows, and hide the rest',
    async (_, [rule, not]) => {
      const [name, params] = rule;
      const conditionsOf = <T extends string>(
        conditions: typeof arenaJobConditions | typeof arenaResourceConditions,
      ) => {
        const condition = conditions[name](
          params as never,
        ) as PermissionCondition<T>;
        return (not ? { not: condition } : condition) as PermissionCriteria<
          PermissionCondition<T>
        >;
      };
      bed.policy.decide = (permission: Permission) => {
        if (!isResourcePermission(permission)) return allow();
        return isResourcePermission(permission, RESOURCE_TYPE_ARENA_JOB)
          ? createArenaJobConditionalDecision(
              permission,
              conditionsOf(arenaJobConditions),
            )
          : createArenaResourceConditionalDecision(
              permission as never,
              conditionsOf(arenaResourceConditions),
            );
      };
      for (const [route, { about }] of guarded) {
        const seen = await send(route, mine);
        expect([route, [401, 403, 500].includes(seen.status)]).toEqual([
          route,
          false,
        ]);
        const hidden = await send(route, theirs);
        const expected = {
          list: seen.status,
          // Whoever may create only what is theirs creates it in their own name.
          new: name === 'isOwner' ? 201 : 403,
        }[about as string];
        expect([route, hidden.status]).toEqual([route, expected ?? 404]);
        expect(hidden.text).not.toContain(EVE);
        // Refusals name what was asked for; lists must not.
        const isNamed = about === 'list' && hidden.text.includes(theirs.job);
        expect([route, isNamed]).toEqual([route, false]);
      }
      const { body: page } = await bed.request('/v1/clusters/embedded/jobs');
      expect(page.totalItems).toBe(page.items.length);
      const { body: list } = await bed.request(
        '/v1/clusters/embedded/arenajobs?limit=1',
      );
      expect(list.items).toHaveLength(1);
      const { body: sources } = await bed.request(
        '/v1/clusters/embedded/arenasources',
      );
      expect(sources.items).toHaveLength(1);
    },
  );
});
