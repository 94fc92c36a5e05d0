import { mockLogger } from '../__testUtils__/mockLogger';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json, text } from 'node:stream/consumers';
import { connect } from 'node:tls';
import { writeCertificate } from '../listener/__testUtils__/writeCertificate';
import { DedicatedListener } from '../listener/DedicatedListener';
import { startWebhook } from './startWebhook';

interface Answer {
  status: number | undefined;
  body: any;
}

describe('startWebhook', () => {
  const folder = mkdtempSync(join(tmpdir(), 'webhook-test-'));
  const tls = {
    certFile: join(folder, 'tls.crt'),
    keyFile: join(folder, 'tls.key'),
  };
  const logger = mockLogger();
  let webhook: DedicatedListener;

  beforeAll(async () => {
    writeCertificate(tls);
    const config = { host: '127.0.0.1', port: 0, tls };
    webhook = await startWebhook({ config, logger });
  });

  afterAll(async () => {
    await webhook?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function send(
    method: string,
    path: string,
    body = '',
  ): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const sent = request(
        {
          ...{ host: '127.0.0.1', port: webhook.port, servername: 'localhost' },
          ...{ method, path, ca: readFileSync(tls.certFile), agent: false },
          headers: { 'content-type': 'application/json' },
        },
        response => {
          json(response).then(
            parsed => resolve({ status: response.statusCode, body: parsed }),
            reject,
          );
        },
      );
      sent.on('error', reject);
      sent.end(body);
    });
  }

  function review(spec: object): string {
    return JSON.stringify({
      apiVersion: 'admission.k8s.io/v1',
      kind: 'AdmissionReview',
      request: {
        uid: 'review-1',
        kind: {
          ...{ group: 'omnia.altairalabs.ai', version: 'v1alpha1' },
          kind: 'ArenaJob',
        },
        resource: { resource: 'arenajobs' },
        operation: 'CREATE',
        dryRun: true,
        userInfo: { username: 'ann' },
        object: {
          apiVersion: 'omnia.altairalabs.ai/v1alpha1',
          kind: 'ArenaJob',
          metadata: { name: 'nightly' },
          spec: { sourceRef: { name: 'bundle' }, ...spec },
        },
        oldObject: null,
      },
    });
  }

  it('answers reviews, as large as they come', async () => {
    const cron = (expression: string) => ({
      schedule: { cron: expression, timezone: 'UTC' },
      padding: 'x'.repeat(3_000_000),
    });
    expect(
      await send('POST', '/validate', review(cron('0 2 * * *'))),
    ).toMatchObject({
      status: 200,
      body: { response: { uid: 'review-1', allowed: true } },
    });
    expect(
      await send('POST', '/validate', review(cron('0 0 30 2 *'))),
    ).toMatchObject({
      status: 200,
      body: {
        response: {
          uid: 'review-1',
          allowed: false,
          status: { message: expect.stringMatching(/^spec\.schedule\.cron: /) },
        },
      },
    });
  });

  it.each([
    ['what is no JSON', '{', 400],
    ['what is no review', '{}', 400],
    ['what is too large', review({ padding: 'x'.repeat(8_500_000) }), 413],
  ])(
    'fails on %s, so that the failure policy decides',
    async (_, body, status) => {
      const answer = await send('POST', '/validate', body);
      expect(answer.status).toBe(status);
      expect(answer.body).not.toHaveProperty('response.allowed');
    },
  );

  it('lets nobody hold what others need', async () => {
    const limited = await startWebhook({
      config: { host: '127.0.0.1', port: 0, tls },
      logger,
      limits: { requestTimeoutMs: 300, maxConnections: 2 },
    });
    const open = async () => {
      const socket = connect({
        ...{ host: '127.0.0.1', port: limited.port, servername: 'localhost' },
        ca: readFileSync(tls.certFile),
      });
      await once(socket, 'secureConnect');
      return socket;
    };
    const slow = [await open(), await open()];
    await expect(open()).rejects.toThrow(/disconnected|ECONNRESET/);

    const ends = slow.map(socket => text(socket));
    slow[0].write('POST /validate HTTP/1.1\r\nHost: localhost\r\n');
    slow[1].write(
      'POST /validate HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{',
    );
    for (const answer of await Promise.all(ends)) {
      expect(answer).toContain('408 Request Timeout');
    }
    (await open()).destroy();
    await limited.stop();
  });

  it('tells when its certificate ends soon', () => {
    expect(logger.warn).toHaveBeenCalledWith(
      expect.stringMatching(
        /^The certificate of the webhook ends on .*, in 0 days: .*tls\.crt$/,
      ),
    );
  });

  it('serves nothing else', async () => {
    expect(await send('GET', '/healthz')).toMatchObject({ status: 200 });
    for (const [method, path] of [
      ['GET', '/validate'],
      ['POST', '/'],
      ['GET', '/api/arena/v1/clusters'],
      ['POST', '/api/arena/worker/v1/lease'],
    ]) {
      expect(await send(method, path)).toMatchObject({
        status: 404,
        body: { error: { name: 'NotFoundError' } },
      });
    }
  });
});
