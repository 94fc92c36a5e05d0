import { readFile } from 'node:fs/promises';
import https from 'node:https';
import { Layout } from './Layout';

const TIMEOUT_MS = 2_000;

/** Asks the API server how things are; each time anew, because it may have been restarted in between. */
export class ApiProbe {
  private readonly layout: Layout;

  constructor(layout: Layout) {
    this.layout = layout;
  }

  async isReady(): Promise<boolean> {
    return (await this.get('/readyz')).status === 200;
  }

  /** Whether an object is there and, if so, as it should be. */
  async isSo<T>(
    path: string,
    condition: (object: T) => boolean,
  ): Promise<boolean> {
    const { status, body } = await this.get(path);
    return status === 200 && condition(JSON.parse(body));
  }

  private async get(path: string): Promise<{ status: number; body: string }> {
    const config = JSON.parse(await readFile(this.layout.kubeconfig, 'utf8'));
    const { cluster } = config.clusters[0];
    const ca = Buffer.from(cluster['certificate-authority-data'], 'base64');
    return new Promise((resolve, reject) => {
      const request = https.get(
        cluster.server + path,
        {
          ca,
          agent: false,
          timeout: TIMEOUT_MS,
          headers: { authorization: `Bearer ${config.users[0].user.token}` },
        },
        response => {
          let body = '';
          response.setEncoding('utf8');
          response.on('data', text => (body += text));
          response.once('error', reject);
          response.once('end', () =>
            resolve({ status: response.statusCode ?? 0, body }),
          );
        },
      );
      request.once('error', reject);
      request.once('timeout', () => request.destroy(new Error('no answer')));
    });
  }
}
