import { describeS3Error } from './describeS3Error';

const place = { bucket: 'results', key: 'evals/manifest.json' };

/** As the SDK has them. */
const failure = (name: string, message: string, fields: object = {}) =>
  Object.assign(new Error(message), { name, ...fields });

describe('describeS3Error', () => {
  it('has the region of the bucket where the server says it', () => {
    const redirect = failure(
      'PermanentRedirect',
      'The bucket must be addressed using another endpoint.',
      {
        $metadata: { httpStatusCode: 301 },
        $response: { headers: { 'x-amz-bucket-region': 'eu-west-1' } },
      },
    );
    expect(describeS3Error(redirect, { ...place, region: 'us-west-2' })).toBe(
      "s3://results/evals/manifest.json was not written: spec.output.s3.region is 'us-west-2', which is not the region of the bucket; it is 'eu-west-1' (PermanentRedirect: The bucket must be addressed using another endpoint)",
    );
    const malformed = failure('AuthorizationHeaderMalformed', 'wrong', {
      Region: 'eu-west-1',
      $metadata: { httpStatusCode: 400 },
    });
    expect(describeS3Error(malformed, place)).toContain(
      "spec.output.s3.region is not set, which is not the region of the bucket; it is 'eu-west-1'",
    );
  });

  it('says that the machine has no identity', () => {
    expect(
      describeS3Error(
        failure(
          'CredentialsProviderError',
          'Could not load credentials from any providers',
        ),
        place,
      ),
    ).toBe(
      's3://results/evals/manifest.json was not written: spec.output.s3.secretRef is not set, and the machine of the worker has no identity (Could not load credentials from any providers)',
    );
  });

  it('passes on what it does not know', () => {
    expect(
      describeS3Error(
        failure('SlowDown', 'Please reduce your request rate.', {
          $metadata: { httpStatusCode: 503 },
        }),
        { ...place, endpoint: 'https://s3.example' },
      ),
    ).toBe(
      's3://results/evals/manifest.json at https://s3.example was not written: it was answered with status 503 (SlowDown: Please reduce your request rate)',
    );
    expect(
      describeS3Error(failure('Error', '', { code: 'ENOTFOUND' }), place),
    ).toContain('there was no answer (ENOTFOUND');
  });
});
