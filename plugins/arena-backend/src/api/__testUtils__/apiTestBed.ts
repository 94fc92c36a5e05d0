import {
  coreServices,
  createBackendPlugin,
  createServiceFactory,
} from '@backstage/backend-plugin-api';
import {
  mockCredentials,
  mockServices,
  startTestBackend,
} from '@backstage/backend-test-utils';
import { mockLogger } from '../../__testUtils__/mockLogger';
import {
  AuthorizeResult,
  Permission,
  PolicyDecision,
} from '@backstage/plugin-permission-common';
import {
  ARENA_API_VERSION,
  ArenaKind,
  ArenaObject,
  JobsQuery,
} from '@backstage-arena/plugin-arena-common';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { resolveWorkerBin } from '../../launcher/workerBin';
import { PlanProcesses } from '../../planning/PlanProcesses';
import {
  createTestBed,
  StoreTestBed,
} from '../../store/__testUtils__/storeTestBed';
import { EmbeddedStoreOptions } from '../../store/createEmbeddedStore';
import {
  createRunServices,
  RunServices,
  RunServicesOptions,
} from '../../runs/createRunServices';
import { DatabaseSnapshotStore } from '../../snapshots/DatabaseSnapshotStore';
import { UnpackedBundles } from '../../snapshots/UnpackedBundles';
import { SourceContents } from '../../sources/content/SourceContents';
import { SourcePushes } from '../../sources/push/SourcePushes';
import { SourceRevisions } from '../../sources/revisions/SourceRevisions';
import { WorkspaceUploads } from '../../sources/upload/WorkspaceUploads';
import { createRouter, RouterOptions } from '../index';
import { OpenApiDocument } from './OpenApiDocument';
import { ScheduleHistory } from '../../schedules/ScheduleHistory';

export interface Answer {
  status: number;
  headers: Headers;
  /** Parsed, when it is JSON or YAML. */
  body: any;
  text: string;
}

export interface ApiRequest {
  method?: string;
  headers?: Record<string, string>;
  /** Objects are sent as JSON, text as YAML unless the headers say otherwise. */
  body?: unknown;
}

export interface ApiTestBed extends StoreTestBed {
  baseUrl: string;
  /** Permission name -> decision; everything else is as `policy` says, which allows unless a test replaces it. */
  decisions: Map<string, AuthorizeResult>;
  policy: { decide: (permission: Permission) => PolicyDecision };
  audit: jest.Mock;
  services: RunServices;
  runConfig: RunServicesOptions['config'];
  snapshots: DatabaseSnapshotStore;
  revisions: SourceRevisions;
  uploads: WorkspaceUploads;
  /** Where files are put together; empty when nothing is being done. */
  temporaryDirectory: string;
  /** Sends a request and checks the answer against the API's description. */
  request(path: string, request?: ApiRequest): Promise<Answer>;
  shutdown(): void;
}

/** Of the runs of a test bed. */
const runConfig: RunServicesOptions['config'] = {
  queue: {
    leaseTtlMs: 30_000,
    heartbeatIntervalMs: 5_000,
    itemTimeoutMs: 60_000,
    maxAttempts: 3,
    retryDelayMs: 100,
    retryMaxDelayMs: 1_000,
    maxConcurrentReports: 4,
  },
  transcripts: { maxBytesPerItem: 100_000, retentionDays: 30 },
  results: { retentionDays: 90 },
  outputs: {
    retryDelayMs: 300_000,
    retryMaxDelayMs: 3_600_000,
    retryForMs: 86_400_000,
  },
  network: { allow: [] },
};

const openApi = new OpenApiDocument();

export const WEBHOOK_SECRET = 'secret of the webhook';
export const USER = 'user:default/jo';
export const asUser = { Authorization: mockCredentials.user.header(USER) };
export const asService = {
  Authorization: mockCredentials.service.header(),
};
export const asNobody = { Authorization: mockCredentials.none.header() };

const cleanups: Array<() => Promise<unknown>> = [];

afterEach(async () => {
  for (const cleanup of cleanups.reverse()) {
    await cleanup();
  }
  cleanups.length = 0;
});

/** The API in a real backend, over a real store. */
export async function createApiTestBed(
  database: string,
  overrides: Partial<RouterOptions> & {
    store?: Partial<EmbeddedStoreOptions>;
  } = {},
): Promise<ApiTestBed> {
  const { store: storeOptions, ...routerOptions } = overrides;
  const bed = await createTestBed(database, storeOptions);
  const { resources, events, jobs, changes } = bed.store;
  const decisions = new Map<string, AuthorizeResult>();
  const policy: ApiTestBed['policy'] = {
    decide: () => ({ result: AuthorizeResult.ALLOW }),
  };
  const decide = async (requests: Array<{ permission: Permission }>) =>
    requests.map(({ permission }) => ({
      ...policy.decide(permission),
      ...(decisions.has(permission.name) && {
        result: decisions.get(permission.name) as AuthorizeResult.ALLOW,
      }),
    })) as never;
  const snapshots = new DatabaseSnapshotStore({
    knex: bed.knex,
    clock: bed.clock,
  });
  const services = createRunServices({
    knex: bed.knex,
    clock: bed.clock,
    logger: mockLogger(),
    snapshots,
    config: runConfig,
  });
  const directory = await mkdtemp(join(tmpdir(), 'arena-api-'));
  cleanups.push(() => rm(directory, { recursive: true, force: true }));
  const planProcesses = new PlanProcesses({
    bin: resolveWorkerBin(),
    memoryMiB: 512,
    timeoutMs: 60_000,
    environment: process.env,
  });
  cleanups.push(() => planProcesses.stop());
  const revisions = new SourceRevisions({ knex: bed.knex, clock: bed.clock });
  const sources = {
    revisions,
    contents: new SourceContents({
      snapshots,
      planProcesses,
      bundles: new UnpackedBundles({
        directory: join(directory, 'bundles'),
        inUse: async function* none() {},
        clock: bed.clock,
        logger: mockLogger(),
      }),
      temporaryDirectory: join(directory, 'tmp'),
    }),
    uploads: new WorkspaceUploads({
      knex: bed.knex,
      snapshots,
      clock: bed.clock,
      enabled: true,
      temporaryDirectory: join(directory, 'tmp'),
      readOnlyRoots: [],
    }),
    pushes: new SourcePushes({
      stores: [resources],
      clock: bed.clock,
      logger: mockLogger(),
    }),
    webhookSecret: WEBHOOK_SECRET,
  };
  const audit = jest.fn();
  const stopping = new AbortController();

  const backend = await startTestBackend({
    features: [
      createServiceFactory({
        service: coreServices.permissions,
        deps: {},
        factory: () => ({ authorize: decide, authorizeConditional: decide }),
      }),
      mockServices.auditor.mock({
        createEvent: async event => ({
          success: async () => audit(event.eventId, event.meta, 'success'),
          fail: async ({ error }) =>
            audit(event.eventId, event.meta, error.name),
        }),
      }).factory,
      createBackendPlugin({
        pluginId: 'arena',
        register(env) {
          env.registerInit({
            deps: {
              httpRouter: coreServices.httpRouter,
              httpAuth: coreServices.httpAuth,
              permissions: coreServices.permissions,
              auditor: coreServices.auditor,
              logger: coreServices.logger,
            },
            async init({ httpRouter, ...deps }) {
              httpRouter.use(
                createRouter({
                  ...deps,
                  clusters: new Map([
                    [
                      resources.cluster,
                      {
                        resources,
                        feed: changes,
                        events,
                        queryJobs: (query: JobsQuery) => jobs.queryJobs(query),
                      },
                    ],
                  ]),
                  shutdown: stopping.signal,
                  runs: services.runs,
                  loads: services.loads,
                  datasets: services.datasets,
                  verdicts: services.verdicts,
                  comments: services.comments,
                  schedules: new ScheduleHistory(bed.knex),
                  transcripts: services.transcripts,
                  snapshots,
                  sources,
                  ...routerOptions,
                }),
              );
            },
          });
        },
      }),
    ],
  });
  cleanups.push(() => backend.stop());
  cleanups.push(async () => stopping.abort());
  const baseUrl = `http://localhost:${backend.server.port()}/api/arena`;

  const request = async (path: string, options: ApiRequest = {}) => {
    const { method = 'GET', body, headers } = options;
    const isText = typeof body === 'string';
    const response = await fetch(`${baseUrl}${path}`, {
      method,
      headers: {
        ...asUser,
        ...(body !== undefined && {
          'Content-Type': isText ? 'application/yaml' : 'application/json',
        }),
        ...headers,
      },
      body: isText || body === undefined ? body : JSON.stringify(body),
    });
    const text = await response.text();
    const contentType = response.headers.get('content-type') ?? '';
    const answer: Answer = {
      status: response.status,
      headers: response.headers,
      text,
      body: /json|yaml/.test(contentType) ? parse(text) : undefined,
    };
    openApi.check(
      { method, path: path.split('?')[0] },
      { status: response.status, contentType, body: answer.body },
    );
    return answer;
  };
  return {
    ...bed,
    baseUrl,
    decisions,
    policy,
    audit,
    services,
    runConfig,
    snapshots,
    revisions,
    uploads: sources.uploads,
    temporaryDirectory: join(directory, 'tmp'),
    request,
    shutdown: () => stopping.abort(),
  };
}

export function objectsPath(plural: string, name?: string): string {
  const path = `/v1/clusters/embedded/namespaces/team/${plural}`;
  return name === undefined ? path : `${path}/${name}`;
}

export function objectBody(
  kind: ArenaKind,
  name: string,
  overrides: {
    metadata?: Partial<ArenaObject['metadata']>;
    spec?: ArenaObject['spec'];
  } = {},
) {
  return {
    apiVersion: ARENA_API_VERSION,
    kind,
    metadata: { name, ...overrides.metadata },
    spec: overrides.spec ?? { sourceRef: { name: 'source' } },
  };
}
