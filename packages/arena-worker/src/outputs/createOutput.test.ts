import { RunOutput } from '@backstage-arena/plugin-arena-common';
import { createOutput, isOutputReady } from './createOutput';

const claim: RunOutput = {
  type: 'pvc',
  claimName: 'results',
  path: 'evals/run-1',
};
const bucket: RunOutput = {
  type: 's3',
  bucket: 'b',
  prefix: 'evals/ns/job/run-1/',
  credentialSlots: {
    AWS_ACCESS_KEY_ID: 'ARENA_CREDENTIAL_OUTPUT_AWS_ACCESS_KEY_ID',
    AWS_SECRET_ACCESS_KEY: 'ARENA_CREDENTIAL_OUTPUT_AWS_SECRET_ACCESS_KEY',
  },
};
const nothing = () => undefined;

describe('createOutput', () => {
  it('is nothing for runs without one', async () => {
    expect(
      await createOutput({ runId: 'run-1', secret: nothing }),
    ).toBeUndefined();
    expect(isOutputReady(undefined, { secret: nothing })).toBe(true);
  });

  it('is the folder of the backend where there is one', async () => {
    const output = await createOutput({
      runId: 'run-1',
      output: claim,
      directory: '/data/run-1',
      secret: nothing,
    });
    expect(output?.url).toBe('/data/run-1');
  });

  it('is a folder of the claim where that is mounted', async () => {
    const given = { mount: '/arena-output', secret: nothing };
    const output = await createOutput({
      runId: 'run-1',
      output: claim,
      ...given,
    });
    expect(output?.url).toBe('/arena-output/evals/run-1');
    expect(isOutputReady(claim, given)).toBe(true);
  });

  it('is not there without the mount', async () => {
    expect(isOutputReady(claim, { secret: nothing })).toBe(false);
    await expect(
      createOutput({ runId: 'run-1', output: claim, secret: nothing }),
    ).rejects.toThrow("The claim 'results' is not mounted");
  });

  it('is the bucket where all its credentials are', () => {
    const secret = (slot: string) => slot.toLowerCase();
    expect(isOutputReady(bucket, { secret })).toBe(true);
  });

  it('is not there without the credentials', async () => {
    const given = {
      secret: (slot: string) => (slot.includes('SECRET') ? undefined : 'key'),
    };
    expect(isOutputReady(bucket, given)).toBe(false);
    await expect(
      createOutput({ runId: 'run-1', output: bucket, ...given }),
    ).rejects.toThrow(
      "The bucket 'b' cannot be written: the worker was given no AWS_SECRET_ACCESS_KEY",
    );
  });
});
