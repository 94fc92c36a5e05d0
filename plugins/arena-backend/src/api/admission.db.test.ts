import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { databases } from '../__testUtils__/databases';
import { crdAdmission } from '../services/crdAdmission';
import {
  ApiTestBed,
  createApiTestBed,
  objectBody,
  objectsPath,
} from './__testUtils__/apiTestBed';

// The examples of the published page lie beside a checkout of this repository, where they are at hand at all.
const folder = resolve(__dirname, '../../../../../shared/spec-examples');
const examples = existsSync(folder)
  ? readdirSync(folder).filter(name => name.endsWith('.yaml'))
  : [];

jest.setTimeout(60_000);

describe.each(databases.eachSupportedId())('admission over REST, %s', id => {
  let bed: ApiTestBed;

  beforeEach(async () => {
    bed = await createApiTestBed(id, { store: { admission: crdAdmission } });
  });

  const create = (spec: object, path = objectsPath('arenajobs')) =>
    bed.request(path, {
      method: 'POST',
      body: objectBody('ArenaJob', 'a', { spec: spec as never }),
    });

  it('fills in defaults', async () => {
    const { status, body } = await create({ sourceRef: { name: 's' } });
    expect(status).toBe(201);
    expect(body.spec).toMatchObject({ type: 'evaluation' });
  });

  it.each([
    [
      'both references',
      { providerRef: { name: 'p' }, agentRef: { name: 'a' } },
    ],
    ['no reference', {}],
  ])(
    'refuses a provider with %s as kubectl users know it',
    async (_w, entry) => {
      const { status, body } = await create({
        sourceRef: { name: 's' },
        providers: { default: [entry] },
      });
      expect(status).toBe(422);
      expect(body.error.causes).toEqual([
        expect.objectContaining({
          field: 'spec.providers[default][0]',
          message: expect.stringContaining(
            'exactly one of providerRef or agentRef must be set',
          ),
        }),
      ]);
    },
  );

  it('names all faults at once, also in a dry run', async () => {
    const { status, body } = await create(
      {
        type: 'other',
        workers: { replicas: 0 },
        schedule: { cron: 'never' },
      },
      `${objectsPath('arenajobs')}?dryRun=All`,
    );
    expect(status).toBe(422);
    const fields = body.error.causes.map((cause: any) => cause.field);
    expect(fields).toEqual(
      expect.arrayContaining([
        'spec.sourceRef',
        'spec.type',
        'spec.workers.replicas',
      ]),
    );
  });

  it('rewrites the map form of provider groups', async () => {
    const { status, body } = await create({
      sourceRef: { name: 's' },
      providers: { judge: { strict: { providerRef: { name: 'p' } } } },
    });
    expect(status).toBe(201);
    expect(body.spec.providers).toEqual({
      judge: [{ id: 'strict', providerRef: { name: 'p' } }],
    });
  });

  it('takes what the template for evaluations leaves empty', async () => {
    const { status } = await create({
      sourceRef: { name: 's' },
      scenarios: {},
      trials: 1,
    });
    expect(status).toBe(201);
  });

  const answerTo = async (name: string) => {
    const text = readFileSync(join(folder, name), 'utf8');
    const namespace = /^ {2}namespace: (\S+)$/m.exec(text)?.[1] ?? 'arena';
    const { status } = await bed.request(
      `/v1/clusters/embedded/namespaces/${namespace}/arenajobs`,
      { method: 'POST', body: text },
    );
    return status;
  };

  for (const name of examples) {
    it(`treats the example ${name} as it is named`, async () => {
      expect(await answerTo(name)).toBe(
        name.startsWith('rejected-') ? 422 : 201,
      );
    });
  }
});
