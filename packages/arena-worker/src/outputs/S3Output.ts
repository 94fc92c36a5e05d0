import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import {
  AbortMultipartUploadCommand,
  S3Client,
  S3ClientConfig,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { getProxyForUrl } from 'proxy-from-env';
import { describeS3Error } from './describeS3Error';
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
  region?: string;
  /** Of an S3-compatible server. Absent: Amazon's. */
  endpoint?: string;
  /** Absent: the identity of this machine, as Amazon's tools find it. */
  credentials?: {
    accessKeyId: string;
    secretAccessKey: string;
    sessionToken?: string;
  };
  /** Of one request. Default: 10. */
  maxAttempts?: number;
}

/** A prefix in a bucket of S3, or of a server that speaks like it. */
export class S3Output implements OutputStore {
  readonly url: string;
  readonly #options: S3OutputOptions;
  readonly #client: S3Client;

  constructor(options: S3OutputOptions) {
    this.#options = options;
    this.url = `s3://${options.bucket}/${options.prefix}`;
    this.#client = new S3Client(clientConfig(options));
  }

  /** There is nothing to prepare: who may put objects need not be allowed to ask for anything else. */
  async open(): Promise<void> {}

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
      throw new OutputError(describeS3Error(error, { ...this.#options, key }), {
        cause: error,
      });
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

function clientConfig(options: S3OutputOptions): S3ClientConfig {
  const { bucket, region, endpoint, credentials } = options;
  const host =
    endpoint ?? `https://${bucket}.s3.${region ?? ANY_REGION}.amazonaws.com`;
  const proxy = getProxyForUrl(host);
  const agent = proxy ? new HttpsProxyAgent(proxy) : undefined;
  return {
    endpoint,
    region: region ?? ANY_REGION,
    followRegionRedirects: region === undefined,
    // Servers of one's own seldom have a name for each bucket.
    forcePathStyle: endpoint !== undefined,
    // Each part is signed with its digest. More, older servers do not understand.
    requestChecksumCalculation: endpoint ? 'WHEN_REQUIRED' : 'WHEN_SUPPORTED',
    credentials,
    maxAttempts: options.maxAttempts ?? MAX_ATTEMPTS,
    requestHandler: {
      httpAgent: agent,
      httpsAgent: agent,
      connectionTimeout: CONNECT_MS,
      requestTimeout: ANSWER_MS,
      throwOnRequestTimeout: true,
    },
  };
}
