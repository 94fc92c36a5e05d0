import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import {
  AbortMultipartUploadCommand,
  HeadObjectCommand,
  HeadObjectCommandOutput,
  S3Client,
  S3ClientConfig,
  S3ServiceException,
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
import {
  MANIFEST_NAME,
  OutputError,
  OutputFile,
  OutputStore,
} from './OutputStore';

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

/** On what an object is stored: that there is none, or that it is still the one that was looked at. */
type Precondition = { IfNoneMatch: '*' } | { IfMatch: string | undefined };

/** What an earlier try of this run left under a name: the same file, another one, or all files and their manifest. */
type Left = { state: 'same' | 'complete' } | { state: 'other'; etag?: string };

/**
 * A prefix in a bucket of S3, or of a server that speaks like it. Objects are only created: one of another run, or of nobody knows whom, is
 * never replaced, and is an error.
 *
 * @remarks
 * An earlier try of this run may have stored files, and another release may have written them differently. Where it stored the manifest
 * too, the place is whole, and stays as it is. Where it did not, its files are replaced, so that the manifest that comes last is true of
 * all of them.
 */
export class S3Output implements OutputStore {
  readonly url: string;
  readonly #options: S3OutputOptions;
  readonly #policy: AddressPolicy | undefined;
  readonly #client: S3Client;
  /** An earlier try stored everything. */
  #isComplete = false;

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
    if (this.#isComplete) return;
    signal.throwIfAborted();
    const key = this.#keyOf(file.name);
    if (await this.#create(file, { IfNoneMatch: '*' }, signal)) return;
    const left = await this.#look(key, file, signal);
    if (left.state === 'complete') this.#isComplete = true;
    if (left.state !== 'other') return;
    if (await this.#create(file, { IfMatch: left.etag }, signal)) return;
    throw taken(this.#urlOf(key), 'it was changed just now: try again');
  }

  /** Returns false when the precondition is not met. */
  async #create(
    file: OutputFile,
    precondition: Precondition,
    signal: AbortSignal,
  ): Promise<boolean> {
    const key = this.#keyOf(file.name);
    const body = createReadStream(file.path);
    // A small file is one request; of a larger one that fails no part is left behind.
    const upload = new Upload({
      client: this.#client,
      params: {
        Bucket: this.#options.bucket,
        Key: key,
        Body: body,
        ContentType: file.contentType,
        Metadata: {
          [RUN_KEY]: this.#options.runId,
          [DIGEST_KEY]: file.digest,
        },
        // Decided by the server when it has all: of two who write, one does.
        ...precondition,
      },
      partSize: Math.max(PART_BYTES, Math.ceil(file.size / MAX_PARTS)),
      queueSize: PARTS_AT_A_TIME,
    });
    const onAbort = () => upload.abort();
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      await upload.done();
      return true;
    } catch (error) {
      if (signal.aborted) {
        // The library does so after failures alone.
        await this.#dropParts(key, upload.uploadId);
        throw error;
      }
      if (isObjectThere(error)) return false;
      throw this.#failure(error, key);
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

  /** @throws OutputError unless the object that is there was stored by an earlier try of this run */
  async #look(
    key: string,
    file: OutputFile,
    signal: AbortSignal,
  ): Promise<Left> {
    const { runId } = this.#options;
    const there = await this.#head(key, signal);
    if (there === 'forbidden') {
      throw taken(
        this.#urlOf(key),
        'whether it is of an earlier try cannot be seen, because the credentials do not allow s3:GetObject there',
      );
    }
    const { [RUN_KEY]: owner, [DIGEST_KEY]: digest } = there?.Metadata ?? {};
    if (owner !== runId) {
      throw taken(
        this.#urlOf(key),
        owner
          ? `it is of the run '${owner}': remove it or choose another spec.output.s3.prefix`
          : 'it is not of this run: remove it or choose another spec.output.s3.prefix',
      );
    }
    if (digest === file.digest && there?.ContentLength === file.size) {
      return { state: 'same' };
    }
    // Whoever may not list what is there is told that of what is not there, too.
    const manifest = await this.#head(this.#keyOf(MANIFEST_NAME), signal);
    const isWhole =
      manifest !== 'forbidden' && manifest?.Metadata?.[RUN_KEY] === runId;
    return isWhole
      ? { state: 'complete' }
      : { state: 'other', etag: there?.ETag };
  }

  /** What the server knows of an object; undefined when there is none. */
  async #head(
    key: string,
    signal: AbortSignal,
  ): Promise<HeadObjectCommandOutput | 'forbidden' | undefined> {
    const { bucket } = this.#options;
    try {
      return await this.#client.send(
        new HeadObjectCommand({ Bucket: bucket, Key: key }),
        { abortSignal: signal },
      );
    } catch (error) {
      if (signal.aborted) throw error;
      const { $metadata } = error as Partial<S3ServiceException>;
      if ($metadata?.httpStatusCode === 404) return undefined;
      if ($metadata?.httpStatusCode === 403) return 'forbidden';
      throw this.#failure(error, key);
    }
  }

  #keyOf(name: string): string {
    return `${this.#options.prefix}${name}`;
  }

  #urlOf(key: string): string {
    return `s3://${this.#options.bucket}/${key}`;
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

function taken(url: string, why: string): OutputError {
  return new OutputError(
    `${url} was not written: there is an object already, and nothing is overwritten; ${why}`,
  );
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
