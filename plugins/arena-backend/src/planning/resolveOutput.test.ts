import { ArenaJobSpec } from '@backstage-arena/plugin-arena-common';
import { createJob } from '../reconciler/job/__testUtils__/worlds';
import { createSecretReader } from './credentials';
import { resolveOutput } from './resolveOutput';

const secrets = createSecretReader({
  config: {
    secrets: {
      default: {
        s3: { AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'key' },
        temporary: {
          AWS_ACCESS_KEY_ID: 'id',
          AWS_SECRET_ACCESS_KEY: 'key',
          AWS_SESSION_TOKEN: 'token',
        },
        half: { AWS_ACCESS_KEY_ID: 'id' },
      },
      other: { elsewhere: { AWS_ACCESS_KEY_ID: 'id' } },
    },
    workers: { allowedEnvironment: [] },
  },
  environment: {},
});

function resolve(
  output: ArenaJobSpec['output'],
  {
    allowAmbientCredentials = false,
    allowedHosts = [],
  }: { allowAmbientCredentials?: boolean; allowedHosts?: string[] } = {},
) {
  return resolveOutput({
    job: createJob({ spec: { output } }),
    runId: 'uid-1-1',
    secrets,
    allowAmbientCredentials,
    allowedHosts,
  });
}

type S3 = NonNullable<NonNullable<ArenaJobSpec['output']>['s3']>;
const s3 = (fields: Partial<S3> = {}): ArenaJobSpec['output'] => ({
  type: 's3',
  s3: { bucket: 'results', secretRef: { name: 's3' }, ...fields },
});

describe('resolveOutput', () => {
  it('is nothing for a job without one', async () => {
    expect(await resolve(undefined)).toEqual({ ok: true });
  });

  it('gives a run a folder of its own in the claim', async () => {
    expect(
      await resolve({
        type: 'pvc',
        pvc: { claimName: 'results', subPath: 'evals/' },
      }),
    ).toEqual({
      ok: true,
      output: {
        type: 'pvc',
        claimName: 'results',
        path: 'evals/default/job/uid-1-1',
      },
    });
    expect(
      await resolve({ type: 'pvc', pvc: { claimName: 'results' } }),
    ).toMatchObject({ output: { path: 'default/job/uid-1-1' } });
  });

  it('names the credentials of the bucket by address, each in a slot', async () => {
    const resolution = await resolve(
      s3({ prefix: 'evals/nightly/', region: 'us-west-2' }),
    );
    expect(resolution).toEqual({
      ok: true,
      output: {
        type: 's3',
        bucket: 'results',
        prefix: 'evals/nightly/default/job/uid-1-1/',
        region: 'us-west-2',
        endpoint: undefined,
        credentialSlots: {
          AWS_ACCESS_KEY_ID: 'ARENA_CREDENTIAL_OUTPUT_AWS_ACCESS_KEY_ID',
          AWS_SECRET_ACCESS_KEY:
            'ARENA_CREDENTIAL_OUTPUT_AWS_SECRET_ACCESS_KEY',
        },
        credentialSources: {
          AWS_ACCESS_KEY_ID: {
            namespace: 'default',
            secret: 's3',
            key: 'AWS_ACCESS_KEY_ID',
          },
          AWS_SECRET_ACCESS_KEY: {
            namespace: 'default',
            secret: 's3',
            key: 'AWS_SECRET_ACCESS_KEY',
          },
        },
      },
    });
  });

  it('takes the token of temporary credentials along', async () => {
    expect(
      await resolve(s3({ secretRef: { name: 'temporary' } })),
    ).toMatchObject({
      output: {
        credentialSlots: {
          AWS_SESSION_TOKEN: 'ARENA_CREDENTIAL_OUTPUT_AWS_SESSION_TOKEN',
        },
      },
    });
  });

  it.each(['', '/', '//'])(
    'has no empty step in the keys of %j',
    async prefix => {
      expect(await resolve(s3({ prefix }))).toMatchObject({
        output: { prefix: 'default/job/uid-1-1/' },
      });
    },
  );

  it.each<[string, Partial<S3>, string]>([
    ['SecretNotFound', { secretRef: { name: 'gone' } }, 'Secret gone does not'],
    [
      'SecretNotFound',
      { secretRef: { name: 'elsewhere' } },
      'Secret elsewhere does not exist in namespace default',
    ],
    [
      'SecretKeyMissing',
      { secretRef: { name: 'half' } },
      'AWS_SECRET_ACCESS_KEY',
    ],
    ['CredentialRequired', { secretRef: undefined }, 'Required value'],
    ['InvalidSpec', { region: 'evil.example/#' }, 'spec.output.s3.region'],
    ['InvalidSpec', { endpoint: 'http://a:b' }, 'spec.output.s3.endpoint'],
    ['InvalidSpec', { prefix: 'x'.repeat(960) }, 'spec.output.s3.prefix'],
  ])('refuses with %s %j', async (reason, fields, message) => {
    expect(await resolve(s3(fields))).toEqual({
      ok: false,
      reason,
      message: expect.stringContaining(message),
    });
  });

  it.each(['http://127.0.0.1:9000', 'http://[::1]', 'http://localhost:9000'])(
    'leads to %s only where the admin allows it',
    async endpoint => {
      expect(await resolve(s3({ endpoint }))).toEqual({
        ok: false,
        reason: 'EndpointNotAllowed',
        message: expect.stringMatching(
          /^spec\.output\.s3\.endpoint: .* is not on the public internet, and arena\.network\.allow of app-config does not list it$/,
        ),
      });
      const allowedHosts = ['127.0.0.0/8', '::1', 'localhost'];
      expect(await resolve(s3({ endpoint }), { allowedHosts })).toMatchObject({
        ok: true,
        output: { endpoint },
      });
    },
  );

  it('leaves a name to the workers that only they may know', async () => {
    const endpoint = 'http://nobody.invalid';
    expect(await resolve(s3({ endpoint }))).toMatchObject({ ok: true });
  });

  it('writes as the machine only where the admin allows it, and only to Amazon', async () => {
    const allowed = { allowAmbientCredentials: true };
    expect(await resolve(s3({ secretRef: undefined }), allowed)).toEqual({
      ok: true,
      output: {
        type: 's3',
        bucket: 'results',
        prefix: 'default/job/uid-1-1/',
      },
    });
    expect(
      await resolve(
        s3({ secretRef: undefined, endpoint: 'https://s3.evil.example' }),
        allowed,
      ),
    ).toMatchObject({ ok: false, reason: 'CredentialRequired' });
  });
});
