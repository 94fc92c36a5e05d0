import { createHash } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { Header, pack } from 'tar-stream';

export const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
export const INDEX = 'application/vnd.oci.image.index.v1+json';
export const TAR_GZIP = 'application/vnd.oci.image.layer.v1.tar+gzip';

/** A layer, before it is pushed. */
export interface TestLayer {
  mediaType: string;
  content: Buffer;
  annotations?: Record<string, string>;
}

/** Entry of an archive: a file's content, or the header of something else. */
export type TestEntry = string | Buffer | Partial<Header>;

export async function tarOf(
  entries: Record<string, TestEntry>,
): Promise<Buffer> {
  const archive = pack();
  for (const [name, entry] of Object.entries(entries)) {
    if (typeof entry === 'string' || Buffer.isBuffer(entry)) {
      archive.entry({ name }, entry);
    } else {
      archive.entry({ name, ...entry });
    }
  }
  archive.finalize();
  return buffer(archive);
}

/** A layer as images have it. */
export async function imageLayer(
  entries: Record<string, TestEntry>,
): Promise<TestLayer> {
  return { mediaType: TAR_GZIP, content: gzipSync(await tarOf(entries)) };
}

/** A layer as `oras push file` makes it. */
export function fileLayer(title: string, content: string): TestLayer {
  return {
    mediaType: 'application/yaml',
    content: Buffer.from(content),
    annotations: { 'org.opencontainers.image.title': title },
  };
}

export function digestOf(content: Buffer): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

/** Pushes artifacts to a repository of a registry, by the distribution specification. */
export class TestArtifacts {
  constructor(
    private readonly options: {
      url: string;
      ca?: string;
      repository: string;
      authorization?: () => string;
    },
  ) {}

  /** Returns the digest of the manifest. */
  async push(tag: string, layers: TestLayer[]): Promise<string> {
    const config = Buffer.from('{}');
    await this.#pushBlob(config);
    for (const { content } of layers) await this.#pushBlob(content);
    return this.pushManifest(tag, MANIFEST, {
      schemaVersion: 2,
      mediaType: MANIFEST,
      config: {
        mediaType: 'application/vnd.oci.empty.v1+json',
        digest: digestOf(config),
        size: config.length,
      },
      layers: layers.map(({ mediaType, content, annotations }) => ({
        mediaType,
        digest: digestOf(content),
        size: content.length,
        annotations,
      })),
    });
  }

  async pushManifest(
    reference: string,
    mediaType: string,
    manifest: object,
  ): Promise<string> {
    const body = Buffer.from(JSON.stringify(manifest));
    await this.#send('PUT', `manifests/${reference}`, mediaType, body);
    return digestOf(body);
  }

  async #pushBlob(content: Buffer): Promise<void> {
    const { location } = await this.#send('POST', 'blobs/uploads/');
    const url = new URL(location!, this.options.url);
    url.searchParams.set('digest', digestOf(content));
    await this.#send('PUT', url.href, 'application/octet-stream', content);
  }

  #send(method: string, path: string, type?: string, body?: Buffer) {
    const { url, ca, repository, authorization } = this.options;
    const address = new URL(path, `${url}/v2/${repository}/`);
    const send = address.protocol === 'https:' ? httpsRequest : httpRequest;
    return new Promise<{ location?: string }>((resolve, reject) => {
      const request = send(
        address,
        {
          method,
          ca,
          headers: {
            ...(type && { 'content-type': type }),
            ...(authorization && { authorization: authorization() }),
            'content-length': body?.length ?? 0,
          },
        },
        response => {
          buffer(response).then(text => {
            if (response.statusCode! < 300) resolve(response.headers);
            else
              reject(
                new Error(
                  `${method} ${address}: ${response.statusCode} ${text}`,
                ),
              );
          }, reject);
        },
      );
      request.on('error', reject).end(body);
    });
  }
}
