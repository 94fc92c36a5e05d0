import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { crdOf, structuralSchemaOf } from '../resources/crd';
import { apiVersionOf, ARENA_KINDS, ArenaKind } from '../resources/meta';
import { jobOf, objectOf, REFUSED } from './__fixtures__/refused';
import { TRANSITIONS } from './__fixtures__/transitions';
import { valuesOf } from './__testUtils__/arbitraries';
import { Answer, RealApiServer } from './__testUtils__/RealApiServer';
import { admit, AdmitResult, parseDocuments } from './index';
import { checkSemantics } from './semantic/checkSemantics';
import { isObject } from './values';

const KINDS = ARENA_KINDS.map(names => names.kind);
const MANAGER = 'backstage-arena';
const DRY_RUN = 'dryRun=All&fieldValidation=Strict';
const namespace = `arena-admission-${randomBytes(4).toString('hex')}`;

const examples = resolve(__dirname, '../../../../../shared/spec-examples');

/** Objects in a file. */
function read(path: string): unknown[] {
  return parseDocuments(readFileSync(path, 'utf8')).documents.map(
    document => document.object,
  );
}

/** `spec.providers[default][0]` and `spec.providers.default[0]` are the same place. */
function canonical(field: string): string {
  return field.replace(/\[([^\]]*)\]/g, '.$1');
}

interface Verdict {
  accepted: boolean;
  /** Fields that are named as faulty, each once. */
  fields: string[];
  /** Whether a first sort of fault kept others from being looked for. */
  partial: boolean;
  spec?: object;
}

function verdictOfServer({ code, body }: Answer): Verdict {
  if (code < 300) {
    return { accepted: true, fields: [], partial: false, spec: body.spec };
  }
  const message = body.message ?? '';
  const unknown = [...message.matchAll(/unknown field "([^"]+)"/g)];
  const causes = (body.details?.causes ?? []).filter(
    // How the server says that it stopped.
    ({ field }) => field !== '<nil>',
  );
  const fields = [
    ...unknown.map(([, field]) => field),
    ...causes.map(({ field = '' }) => field),
  ];
  return {
    accepted: false,
    fields: [...new Set(fields.map(canonical))].sort(),
    partial:
      unknown.length > 0 ||
      causes.length < (body.details?.causes ?? []).length ||
      causes.some(({ field = '' }) => field.startsWith('metadata.')),
  };
}

/** What our evaluator says, without what a CRD cannot say. */
function verdictOfOurs(kind: ArenaKind, result: AdmitResult): Verdict {
  const beyond = checkSemantics(kind, result.object.spec).causes.map(
    cause => cause.field + cause.message,
  );
  const causes = result.causes.filter(
    cause => !beyond.includes(cause.field + cause.message),
  );
  return {
    accepted: causes.length === 0,
    fields: [...new Set(causes.map(({ field }) => canonical(field)))].sort(),
    partial: false,
    spec: result.object.spec,
  };
}

function parentOf(field: string): string {
  return field.slice(0, field.lastIndexOf('.'));
}

/**
 * Whether two fields may stand for the same fault: it may be told where it is, or of the object around it, and a rule about two fields,
 * one of which is wrong by itself, may tell of the other.
 */
function related(a: string, b: string): boolean {
  return (
    a === b ||
    a.startsWith(`${b}.`) ||
    b.startsWith(`${a}.`) ||
    parentOf(a) === parentOf(b)
  );
}

function unrelated(fields: string[], others: string[]): string[] {
  return fields.filter(field => !others.some(other => related(field, other)));
}

/** What the two say differently; empty when they agree. With `exact` they must name the very same fields. */
function differences(
  ours: Verdict,
  servers: Verdict,
  options: { exact: boolean },
): unknown[] {
  if (ours.accepted !== servers.accepted) {
    return [{ ours, servers }];
  }
  if (servers.accepted) {
    return isDeepStrictEqual(ours.spec, servers.spec)
      ? []
      : [{ ours, servers }];
  }
  if (options.exact && !servers.partial) {
    return isDeepStrictEqual(ours.fields, servers.fields)
      ? []
      : [{ ours, servers }];
  }
  // Of what the server did not get to, ours may tell more.
  const ownAlone = servers.partial
    ? []
    : unrelated(ours.fields, servers.fields);
  const serversAlone = unrelated(servers.fields, ours.fields);
  return ownAlone.length + serversAlone.length > 0 ? [{ ours, servers }] : [];
}

describe('admission by the evaluator and by a real API server', () => {
  let server: RealApiServer;

  beforeAll(async () => {
    server = await RealApiServer.connect();
    for (const kind of KINDS) {
      await install(kind);
    }
    await accepted(
      server.send('POST', '/api/v1/namespaces', {
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: { name: namespace },
      }),
    );
  }, 60_000);

  afterAll(async () => {
    await server?.send('DELETE', `/api/v1/namespaces/${namespace}`);
    server?.close();
  });

  async function accepted(answer: Promise<Answer>): Promise<Answer['body']> {
    const { code, body } = await answer;
    if (code >= 300) {
      throw new Error(`${code}: ${body.message}`);
    }
    return body;
  }

  async function install(kind: ArenaKind): Promise<void> {
    const crd = crdOf(kind);
    const path = `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${crd.metadata.name}`;
    await accepted(
      server.send(
        'PATCH',
        `${path}?fieldManager=${MANAGER}&force=true`,
        crd,
        'application/apply-patch+yaml',
      ),
    );
    for (let tries = 0; tries < 300; tries++) {
      const { status } = await accepted(server.send('GET', path));
      const established = status?.conditions?.find(
        condition => condition.type === 'Established',
      );
      if (established?.status === 'True') {
        return;
      }
      await new Promise(done => setTimeout(done, 100));
    }
    throw new Error(`The CRD of ${kind} was not established within 30 s`);
  }

  /** Both answers to the creation of an object. */
  async function askBoth(input: unknown) {
    const object = isObject(input) ? input : {};
    const kind = object.kind as ArenaKind;
    const metadata = isObject(object.metadata)
      ? { ...object.metadata, namespace }
      : object.metadata;
    const sent = { ...object, metadata };
    const answer = await server.send(
      'POST',
      `${server.pathOf(kind, namespace)}?${DRY_RUN}`,
      sent,
    );
    return {
      ours: verdictOfOurs(kind, admit(sent, { operation: 'create' })),
      servers: verdictOfServer(answer),
    };
  }

  it.each(
    read(resolve(__dirname, '__fixtures__/accepted.yaml')).map((object, i) => ({
      object,
      title: `${i}: ${isObject(object) ? object.kind : ''}`,
    })),
  )('accept $title and make the same of it', async ({ object }) => {
    const { ours, servers } = await askBoth(object);
    expect(differences(ours, servers, { exact: true })).toEqual([]);
    expect(servers.accepted).toBe(true);
  });

  const addressable = REFUSED.filter(
    ([, object]) =>
      isObject(object) &&
      KINDS.some(
        kind =>
          kind === object.kind && apiVersionOf(kind) === object.apiVersion,
      ),
  );

  it.each(addressable)('name the same faults of %s', async (_title, object) => {
    const { ours, servers } = await askBoth(object);
    expect(differences(ours, servers, { exact: true })).toEqual([]);
  });

  it.each(TRANSITIONS)(
    'agree about an edit that $title',
    async ({ before, status, after, faults }) => {
      const created = await accepted(
        server.send('POST', server.pathOf('ArenaJob', namespace), {
          ...jobOf(before),
          metadata: { generateName: 'edit-' },
        }),
      );
      const path = server.pathOf('ArenaJob', namespace, created.metadata?.name);
      if (status) {
        await accepted(
          server.send(
            'PATCH',
            `${path}/status`,
            { status },
            'application/merge-patch+json',
          ),
        );
      }
      const oldObject = await accepted(server.send('GET', path));
      const input = { ...jobOf(after), metadata: oldObject.metadata };
      const answer = await server.send('PUT', `${path}?${DRY_RUN}`, input);
      const ours = admit(input, { operation: 'update', oldObject });
      expect(
        differences(verdictOfOurs('ArenaJob', ours), verdictOfServer(answer), {
          exact: true,
        }),
      ).toEqual([]);
      const told = answer.body.details?.causes ?? [];
      expect(
        told.map(({ field, message }) => `${field}: ${message}`).sort(),
      ).toEqual([...faults].sort());
    },
  );

  it.each(KINDS)(
    'agree about any %s',
    async kind => {
      const specs = valuesOf(structuralSchemaOf(kind).properties!.spec);
      await fc.assert(
        fc.asyncProperty(specs, async spec => {
          const { ours, servers } = await askBoth(objectOf(kind, spec));
          expect(differences(ours, servers, { exact: false })).toEqual([]);
        }),
        { numRuns: 150, seed: 1 },
      );
    },
    60_000,
  );

  const files = existsSync(examples)
    ? readdirSync(examples).filter(name => name.endsWith('.yaml'))
    : [];
  const describeExamples = files.length > 0 ? describe : describe.skip;

  describeExamples(
    'the examples of the published page (../shared/spec-examples)',
    () => {
      it.each(files.length > 0 ? files : ['none found'])('%s', async name => {
        for (const object of read(join(examples, name))) {
          const { ours, servers } = await askBoth(object);
          expect(differences(ours, servers, { exact: true })).toEqual([]);
          expect(servers.accepted).toBe(!name.startsWith('rejected-'));
        }
      });
    },
  );

  it.each(KINDS)(
    'leave an installed CRD of another origin as it is: %s',
    async kind => {
      const crd = crdOf(kind);
      crd.spec.versions[0].additionalPrinterColumns = [];
      const { code, body } = await server.send(
        'PATCH',
        `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${crd.metadata.name}?fieldManager=another-origin&dryRun=All`,
        crd,
        'application/apply-patch+yaml',
      );
      expect({ code, message: body.message }).toEqual({
        code: 409,
        message: expect.stringMatching(/conflicts? with "backstage-arena"/),
      });
      expect(new Set(body.details?.causes?.map(({ field }) => field))).toEqual(
        new Set(['.spec.versions']),
      );
    },
  );
});
