import { readFileSync } from 'node:fs';
import { Agent, request, RequestOptions } from 'node:https';
import { KubeConfig } from '@kubernetes/client-node';
import type { FieldCause } from '../../client/ArenaApi';
import { apiVersionOf, ARENA_KINDS, ArenaKind } from '../../resources/meta';

/** What the API server answered: an object, or a Status. */
export interface Answer {
  code: number;
  body: {
    spec?: object;
    metadata?: { name?: string };
    message?: string;
    details?: { causes?: Partial<FieldCause>[] };
    status?: { conditions?: Array<{ type: string; status: string }> };
  };
}

/** A kubeconfig: that of the cluster of the test run, else the one that `kubectl` would take. */
function loadKubeConfig(): KubeConfig {
  const config = new KubeConfig();
  const file = process.env.ARENA_TEST_CLUSTER;
  if (file) {
    config.loadFromFile(JSON.parse(readFileSync(file, 'utf8')).kubeconfig);
  } else {
    config.loadFromDefault();
  }
  return config;
}

/** The API server of the test cluster, spoken to as `kubectl` does. */
export class RealApiServer {
  readonly #server: string;
  readonly #headers: RequestOptions['headers'];
  readonly #agent: Agent;

  static async connect(): Promise<RealApiServer> {
    const config = loadKubeConfig();
    const cluster = config.getCurrentCluster();
    if (!cluster) {
      throw new Error('The kubeconfig names no cluster');
    }
    const options: RequestOptions = { headers: {} };
    await config.applyToHTTPSOptions(options);
    return new RealApiServer(cluster.server, options);
  }

  private constructor(server: string, options: RequestOptions) {
    const { ca, cert, key, headers } = options;
    this.#server = server;
    this.#headers = headers;
    this.#agent = new Agent({ ca, cert, key, keepAlive: true });
  }

  /** Where objects of a kind are created, or where one is. */
  pathOf(kind: ArenaKind, namespace: string, name?: string): string {
    const { plural } = ARENA_KINDS.find(names => names.kind === kind)!;
    const list = `/apis/${apiVersionOf(
      kind,
    )}/namespaces/${namespace}/${plural}`;
    return name ? `${list}/${name}` : list;
  }

  send(
    method: string,
    path: string,
    body?: unknown,
    contentType = 'application/json',
  ): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const sent = request(
        new URL(path, this.#server),
        {
          method,
          agent: this.#agent,
          headers: { ...this.#headers, 'content-type': contentType },
        },
        response => {
          const chunks: Buffer[] = [];
          response.on('data', chunk => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () =>
            resolve({
              code: response.statusCode ?? 0,
              body: JSON.parse(Buffer.concat(chunks).toString('utf8')),
            }),
          );
        },
      );
      sent.on('error', reject);
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}
