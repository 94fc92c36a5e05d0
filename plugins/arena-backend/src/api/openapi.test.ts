import { mockServices } from '@backstage/backend-test-utils';
import { mockLogger } from '../__testUtils__/mockLogger';
import { IRoute } from 'express';
import { DEFAULT_WORKSPACE_LIMITS } from '../sources/workspace/WorkspaceLimits';
import { OpenApiDocument } from './__testUtils__/OpenApiDocument';
import { createRouter } from './index';

/** What express keeps of a route; its types do not say. */
interface Layer {
  name: string;
  route?: IRoute & { methods: Record<string, boolean> };
}

describe('openapi.yaml', () => {
  const document = new OpenApiDocument();

  it('describes exactly the routes that the router has', () => {
    const router = createRouter({
      httpAuth: mockServices.httpAuth(),
      permissions: mockServices.permissions(),
      auditor: mockServices.auditor.mock(),
      logger: mockLogger(),
      clusters: new Map(),
      transcripts: { read: jest.fn() },
      snapshots: { open: jest.fn() },
      runs: {
        get: jest.fn(),
        find: jest.fn(),
        heads: jest.fn(),
        items: jest.fn(),
        item: jest.fn(),
        matrix: jest.fn(),
        statistics: jest.fn(),
        cellsSince: jest.fn(),
        readIndexes: jest.fn(),
        retryFinalize: jest.fn(),
      },
      sources: {
        revisions: { list: jest.fn(), has: jest.fn() },
        contents: {
          files: jest.fn(),
          file: jest.fn(),
          bundle: jest.fn(),
          diff: jest.fn(),
        },
        uploads: { replace: jest.fn(), limits: DEFAULT_WORKSPACE_LIMITS },
        pushes: { handle: jest.fn() },
      },
      loads: { state: jest.fn(), series: jest.fn(), command: jest.fn() },
      schedules: { list: jest.fn(), knownFrom: jest.fn() },
      verdicts: {
        compare: jest.fn(),
        gate: jest.fn(),
        trend: jest.fn(),
        sets: {
          compare: jest.fn(),
          cells: jest.fn(),
          all: jest.fn(),
          inputs: jest.fn(),
        },
      },
      comments: {
        discussion: jest.fn(),
        cells: jest.fn(),
        labelled: jest.fn(),
        comment: jest.fn(),
        update: jest.fn(),
        delete: jest.fn(),
        setLabel: jest.fn(),
        versions: jest.fn(),
        onChange: jest.fn(),
      },
      datasets: { state: jest.fn(), rows: jest.fn(), rejects: jest.fn() },
      shutdown: new AbortController().signal,
    });
    const routes = (router.stack as Layer[]).flatMap(({ name, route }) => {
      // A router within the router would hide its routes from this test.
      expect(name).not.toBe('router');
      return route
        ? Object.keys(route.methods).map(
            method =>
              `${method} ${route.path.replace(/:([A-Za-z]+)/g, '{$1}')}`,
          )
        : [];
    });
    const described = document.operations.map(
      ({ method, path }) => `${method} ${path}`,
    );
    expect(routes.sort()).toEqual(described.sort());
    expect(routes.length).toBeGreaterThan(15);
  });

  it('has schemas that compile, and refuse what is wrong', () => {
    const validate = document.component('Run');
    expect(validate({})).toBe(false);
    expect(document.component('StreamMessage')({ type: 'reset' })).toBe(true);
    expect(document.component('StreamMessage')({ type: 'other' })).toBe(false);
  });
});
