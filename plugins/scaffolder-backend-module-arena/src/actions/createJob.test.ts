import { ResponseError } from '@backstage/errors';
import { createMockActionContext } from '@backstage/plugin-scaffolder-node-test-utils';
import { JsonObject } from '@backstage/types';
import {
  ArenaApi,
  ArenaObject,
  ArenaObjectInput,
} from '@backstage-arena/plugin-arena-common';
import { parse } from 'yaml';
import { createJobAction } from './createJob';
import { examples } from './createJob.examples';

const answer = (status: number, error: object) =>
  ResponseError.fromResponse(
    new Response(JSON.stringify({ error, response: { statusCode: status } }), {
      status,
      headers: { 'Content-Type': 'application/json' },
    }),
  );

describe('arena:job:create', () => {
  let jobs: Map<string, ArenaObject>;
  let callers: unknown[];
  let refuse: Promise<Error> | undefined;
  let inProduction: number;

  beforeEach(() => {
    jobs = new Map();
    callers = [];
    refuse = undefined;
    inProduction = 0;
  });

  const client: Pick<ArenaApi, 'clusters' | 'create' | 'get'> = {
    clusters: async () => [
      { name: 'embedded', kind: 'embedded', ready: true },
      { name: 'production', kind: 'kubernetes', ready: true },
    ],
    create: async <T extends ArenaObject>(
      cluster: string,
      input: ArenaObjectInput<JsonObject> | string,
      options?: { dryRun?: boolean },
    ) => {
      if (refuse) throw await refuse;
      if (typeof input === 'string') throw new Error('not expected');
      const object = {
        ...input,
        metadata: { uid: 'u', ...input.metadata },
      } as T;
      if (cluster === 'production') inProduction++;
      const key = `${object.metadata.namespace}/${object.metadata.name}`;
      if (jobs.has(key)) {
        throw await answer(409, { name: 'ConflictError', message: 'exists' });
      }
      if (!options?.dryRun) jobs.set(key, object);
      return object;
    },
    get: async <T extends ArenaObject>(key: {
      namespace: string;
      name: string;
    }) => jobs.get(`${key.namespace}/${key.name}`) as T,
  };
  const action = createJobAction({
    arena: {
      as: credentials => {
        callers.push(credentials.principal);
        return client as ArenaApi;
      },
    },
    appUrl: 'https://portal.example.com',
  });
  const context = (input: object, overrides = {}) => ({
    ...createMockActionContext({
      input: input as never,
      task: { id: 'task-1' },
    }),
    ...overrides,
  });

  it('creates a job as the user who runs the template', async () => {
    const ctx = context({
      namespace: 'team',
      name: 'mine',
      component: 'component:default/agent',
      spec: { sourceRef: { name: 'prompts' } },
    });
    await action.handler(ctx);
    expect(jobs.get('team/mine')).toMatchObject({
      kind: 'ArenaJob',
      metadata: {
        annotations: {
          'arena.backstage.io/component': 'component:default/agent',
        },
      },
      spec: { sourceRef: { name: 'prompts' } },
    });
    expect(callers).toEqual([(await ctx.getInitiatorCredentials()).principal]);
    expect(ctx.output).toHaveBeenCalledWith('jobRef', 'embedded/team/mine');
    expect(ctx.output).toHaveBeenCalledWith(
      'entityRef',
      'arenajob:team/mine_embedded',
    );
    expect(ctx.output).toHaveBeenCalledWith(
      'url',
      'https://portal.example.com/arena/jobs/embedded/team/mine',
    );
  });

  it('creates it in the cluster that the template names', async () => {
    const ctx = context({ cluster: 'production', name: 'mine', spec: {} });
    await action.handler(ctx);
    expect(inProduction).toBe(1);
    expect(ctx.output).toHaveBeenCalledWith(
      'jobRef',
      'production/default/mine',
    );
    expect(ctx.output).toHaveBeenCalledWith(
      'entityRef',
      'arenajob:default/mine_production',
    );
  });

  it('makes one job of a step, however often the step is run', async () => {
    const input = {
      generateName: 'x-',
      spec: { sourceRef: { name: 'prompts' } },
    };
    await action.handler(context(input));
    await action.handler(context(input));
    expect([...jobs.keys()]).toEqual([
      expect.stringMatching(/^default\/x-[0-9a-f]{10}$/),
    ]);
    await action.handler(context(input, { task: { id: 'task-2' } }));
    await action.handler(context({ ...input, labels: { other: 'step' } }));
    expect(jobs.size).toBe(3);
  });

  it('does not take the job of somebody else for its own', async () => {
    const input = { name: 'mine', spec: {} };
    await action.handler(context(input, { task: { id: 'task-2' } }));
    await expect(action.handler(context(input))).rejects.toThrow('exists');
  });

  it('keeps nothing in a dry run, but asks the server', async () => {
    const ctx = context({ name: 'dry', spec: {} }, { isDryRun: true });
    await action.handler(ctx);
    expect(jobs.size).toBe(0);
    expect(ctx.output).toHaveBeenCalledWith('jobRef', 'embedded/default/dry');
    refuse = answer(422, {
      name: 'InvalidObjectError',
      message: 'is invalid',
      causes: [
        {
          field: 'spec.sourceRef',
          reason: 'FieldValueRequired',
          message: 'Required value',
        },
      ],
    });
    await expect(
      action.handler(context({ name: 'dry', spec: {} }, { isDryRun: true })),
    ).rejects.toThrow('The job is invalid: spec.sourceRef: Required value');
  });

  it('passes on that the user may not', async () => {
    refuse = answer(403, { name: 'NotAllowedError', message: 'no' });
    await expect(
      action.handler(context({ name: 'a', spec: {} })),
    ).rejects.toMatchObject({ statusCode: 403 });
  });

  it.each(examples)('does what its example says: $description', async one => {
    const [step] = parse(one.example).steps;
    expect(step.action).toBe('arena:job:create');
    await action.handler(context(step.input));
    const [job] = [...jobs.values()];
    expect(job.spec).toEqual(step.input.spec);
  });
});
