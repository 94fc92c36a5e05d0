import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import {
  AbortMultipartUploadCommand,
  HeadObjectCommand,
  S3Client,
  S3ClientConfig,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import {
  AddressPolicy,
  AddressRefusedError,
  createAddressPolicy,
} from '@backstage-arena/plugin-arena-common/network';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { getProxyForUrl } from 'proxy-from-env';
import { describeS3Error, isObjectThere } from './describeS3Error';
import { OutputError, OutputFile, OutputStore } from './OutputStore';

const MIB = 1024 * 1024;
/** Parts are held in memory, two at a time. */
const PART_BYTES = 8 * MIB;
const PARTS_AT_A_TIME = 2;
/** S3's limit is 10,000. */
const MAX_PARTS = 9_000;
/** Of one request; half a minute in all with the pauses between them. */
const MAX_ATTEMPTS = 10;
const CONNECT_MS = 10_000;
const ANSWER_MS = 60_000;
const DROP_MS = 2_000;
/** Amazon's answers there for buckets of all regions, and says where they are. */
const ANY_REGION = 'us-east-1';

export interface S3OutputOptions {
  bucket: string;
  /** What the keys begin with, up to and with the last slash. */
  prefix: string;
  /** Written beside each object, so that the run knows its own when it tries again. */
  runId: string;
  region?: string;
  /** Of an S3-compatible server. Absent: Amazon's. */
  endpoint?: string;
  /** What the endpoint may lead to besides the public internet. Default: nothing. */
  allowedHosts?: readonly string[];
  /** Absent: the identity of this machine, as Amazon's tools find it. */
  credentials?: {
    accessKeyId: string;
    secretAccessKey: string;
    sessionToken?: string;
  };
  /** Of one request. Default: 10. */
  maxAttempts?: number;
}

/** Metadata of objects. */
const RUN_KEY = 'arena-run';
const DIGEST_KEY = 'arena-digest';

/**
 * A prefix in a bucket of S3, or of a server that speaks like it. Objects are only created: one that is there already is never replaced,
 * and is an error unless it is the same that an earlier try of this run stored.
 */
export class S3Output implements OutputStore {
  readonly url: string;
  readonly #options: S3OutputOptions;
  readonly #policy: AddressPolicy | undefined;
  readonly #client: S3Client;

  constructor(options: S3OutputOptions) {
    const { bucket, prefix, region, endpoint, allowedHosts = [] } = options;
    this.#options = options;
    this.url = `s3://${bucket}/${prefix}`;
    const proxy = getProxyForUrl(
      endpoint ?? `https://${bucket}.s3.${region ?? ANY_REGION}.amazonaws.com`,
    );
    // Amazon's own addresses are not the job's to choose.
    this.#policy =
      endpoint === undefined
        ? undefined
        : createAddressPolicy({ allowedHosts, behindProxy: proxy !== '' });
    this.#client = new S3Client(clientConfig(options, proxy, this.#policy));
  }

  /** There is nothing to prepare: who may put objects need not be allowed to ask for anything else. */
  async open(): Promise<void> {
    const { endpoint } = this.#options;
    try {
      if (endpoint !== undefined) this.#policy?.check(new URL(endpoint));
    } catch (error) {
      if (!(error instanceof AddressRefusedError)) throw error;
      throw new OutputError(`spec.output.s3.endpoint: ${error.message}`, {
        cause: error,
      });
    }
  }

  async put(file: OutputFile, signal: AbortSignal): Promise<void> {
    const { bucket, prefix } = this.#options;
    const key = `${prefix}${file.name}`;
    signal.throwIfAborted();
    const body = createReadStream(file.path);
    // A small file is one request; of a larger one that fails no part is left behind.
    const upload = new Upload({
      client: this.#client,
      params: {
        Bucket: bucket,
        Key: key,
        Body: body,
        ContentType: file.contentType,
        Metadata: {
          [RUN_KEY]: this.#options.runId,
          [DIGEST_KEY]: file.digest,
        },
        // Decided by the server when it has all: of two who write, one does.
        IfNoneMatch: '*',
      },
      partSize: Math.max(PART_BYTES, Math.ceil(file.size / MAX_PARTS)),
      queueSize: PARTS_AT_A_TIME,
    });
    const onAbort = () => upload.abort();
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      await upload.done();
    } catch (error) {
      if (signal.aborted) {
        // The library does so after failures alone.
        await this.#dropParts(key, upload.uploadId);
        throw error;
      }
      if (isObjectThere(error)) await this.#checkIsOurs(key, file, signal);
      else throw this.#failure(error, key);
    } finally {
      signal.removeEventListener('abort', onAbort);
      // The library leaves it open when it is stopped in the middle.
      if (!body.closed) {
        body.destroy();
        await once(body, 'close');
      }
    }
  }

  async finish(): Promise<void> {}

  /** @throws OutputError unless the object that is there is the file, stored by an earlier try of this run */
  async #checkIsOurs(
    key: string,
    file: OutputFile,
    signal: AbortSignal,
  ): Promise<void> {
    const { bucket, runId } = this.#options;
    const taken = (why: string, cause?: unknown) =>
      new OutputError(
        `s3://${bucket}/${key} was not written: there is an object already, and nothing is overwritten; ${why}`,
        { cause },
      );
    const head = await this.#client
      .send(new HeadObjectCommand({ Bucket: bucket, Key: key }), {
        abortSignal: signal,
      })
      .catch(error => {
        if (signal.aborted) throw error;
        if (error.$metadata?.httpStatusCode !== 403) {
          throw this.#failure(error, key);
        }
        throw taken(
          'whether it is of an earlier try cannot be seen, because the credentials do not allow s3:GetObject there',
          error,
        );
      });
    const { [RUN_KEY]: owner, [DIGEST_KEY]: digest } = head.Metadata ?? {};
    if (owner !== runId) {
      throw taken(
        owner
          ? `it is of the run '${owner}': remove it or choose another spec.output.s3.prefix`
          : 'it is not of this run: remove it or choose another spec.output.s3.prefix',
      );
    }
    if (digest !== file.digest || head.ContentLength !== file.size) {
      throw taken(
        'an earlier try of this run stored it with another content: remove it and try again',
      );
    }
  }

  #failure(error: unknown, key: string): OutputError {
    const place = { ...this.#options, key };
    return new OutputError(describeS3Error(error, place), { cause: error });
  }

  /** As far as that works at once: a rule of the bucket takes away what is left. */
  async #dropParts(key: string, uploadId: string | undefined): Promise<void> {
    if (uploadId === undefined) return;
    await this.#client
      .send(
        new AbortMultipartUploadCommand({
          Bucket: this.#options.bucket,
          Key: key,
          UploadId: uploadId,
        }),
        { abortSignal: AbortSignal.timeout(DROP_MS) },
      )
      .catch(() => {});
  }

  close(): void {
    this.#client.destroy();
  }
}

function clientConfig(
  options: S3OutputOptions,
  proxy: string,
  policy: AddressPolicy | undefined,
): S3ClientConfig {
  const { region, endpoint, credentials } = options;
  const agent = proxy ? new HttpsProxyAgent(proxy) : undefined;
  const direct = {
    keepAlive: true,
    maxSockets: 2 * PARTS_AT_A_TIME,
    lookup: policy?.lookup,
  };
  return {
    endpoint,
    region: region ?? ANY_REGION,
    // Where Amazon is told apart: no other server may send us elsewhere.
    followRegionRedirects: region === undefined && endpoint === undefined,
    // Servers of one's own seldom have a name for each bucket.
    forcePathStyle: endpoint !== undefined,
    // Each part is signed with its digest. More, older servers do not understand.
    requestChecksumCalculation: endpoint ? 'WHEN_REQUIRED' : 'WHEN_SUPPORTED',
    credentials,
    maxAttempts: options.maxAttempts ?? MAX_ATTEMPTS,
    requestHandler: {
      httpAgent: agent ?? new HttpAgent(direct),
      httpsAgent: agent ?? new HttpsAgent(direct),
      connectionTimeout: CONNECT_MS,
      requestTimeout: ANSWER_MS,
      throwOnRequestTimeout: true,
    },
  };
}
