import { AddressRefusedError } from '@backstage-arena/plugin-arena-common/network';

interface S3Place {
  bucket: string;
  key: string;
  region?: string;
  endpoint?: string;
}

/** What the fields of an error of the SDK are, as far as they are of use here. */
interface S3Failure {
  name: string;
  message: string;
  code?: string;
  Region?: string;
  $metadata?: { httpStatusCode?: number; attempts?: number };
  $response?: { headers?: Record<string, string> };
}

/** The object was to be created, and is there already; or another request creates it right now. */
export function isObjectThere(error: unknown): boolean {
  const { name, $metadata } = error as S3Failure;
  return (
    $metadata?.httpStatusCode === 412 || name === 'ConditionalRequestConflict'
  );
}

/** A message for who owns the job: which object, which field, what is wrong, and what to change. */
export function describeS3Error(error: unknown, place: S3Place): string {
  const { bucket, key, region, endpoint } = place;
  const failure = error as S3Failure;
  const status = failure.$metadata?.httpStatusCode;
  const where = `s3://${bucket}/${key}${endpoint ? ` at ${endpoint}` : ''}`;
  const said = String(failure.message).replace(/\.?$/, '');
  const tell = (text: string) => `${where} was not written: ${text}`;

  if (error instanceof AddressRefusedError) {
    return tell(`spec.output.s3.endpoint: ${said}`);
  }
  switch (failure.name) {
    case 'NoSuchBucket':
      return tell(
        `spec.output.s3.bucket: the bucket '${bucket}' does not exist (NoSuchBucket)`,
      );
    case 'AccessDenied':
      return tell(
        `spec.output.s3.secretRef: the credentials do not allow s3:PutObject there (AccessDenied: ${said})`,
      );
    case 'InvalidAccessKeyId':
    case 'SignatureDoesNotMatch':
    case 'ExpiredToken':
    case 'InvalidToken':
      return tell(
        `spec.output.s3.secretRef: the credentials are not valid (${failure.name}: ${said}); look at AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY of the secret`,
      );
    case 'RequestTimeTooSkewed':
      return tell(
        `the clocks of the worker and of the server differ too much (${failure.name}: ${said})`,
      );
    case 'CredentialsProviderError':
      return tell(
        `spec.output.s3.secretRef is not set, and the machine of the worker has no identity (${said})`,
      );
    case 'PermanentRedirect':
    case 'IllegalLocationConstraintException':
    case 'AuthorizationHeaderMalformed': {
      const actual =
        failure.Region ?? failure.$response?.headers?.['x-amz-bucket-region'];
      return tell(
        `spec.output.s3.region ${
          region ? `is '${region}'` : 'is not set'
        }, which is not the region of the bucket${
          actual ? `; it is '${actual}'` : ''
        } (${failure.name}: ${said})`,
      );
    }
    default:
  }
  if (status === undefined) {
    return tell(`there was no answer (${codeOf(failure)}: ${said})`);
  }
  return tell(
    `it was answered with status ${status} (${failure.name}: ${said})`,
  );
}

/** What Node calls a fault of a connection says more than the class that the SDK made of it. */
function codeOf({ name, code }: S3Failure): string {
  return code ?? name;
}
