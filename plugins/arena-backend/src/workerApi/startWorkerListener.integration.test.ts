import { mockLogger } from '../__testUtils__/mockLogger';
import { InputError } from '@backstage/errors';
import { Router } from 'express';
import PromiseRouter from 'express-promise-router';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TLSSocket } from 'node:tls';
import { writeCertificate } from '../listener/__testUtils__/writeCertificate';
import { WorkerRefusedError } from '../queue/WorkerRefusedError';
import {
  startWorkerListener,
  WorkerListenerOptions,
} from './startWorkerListener';

describe('startWorkerListener', () => {
  const logger = mockLogger();
  const cleanups: Array<() => unknown> = [];

  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });

  async function start(
    router: Router = PromiseRouter(),
    options: Partial<Omit<WorkerListenerOptions, 'config'>> &
      Partial<WorkerListenerOptions['config']> = {},
  ) {
    const { tls, port = 0, ...rest } = options;
    const listener = await startWorkerListener({
      config: { host: '127.0.0.1', port, tls },
      router,
      logger,
      ...rest,
    });
    let stopped: Promise<void> | undefined;
    const stop = () => (stopped ??= listener.stop());
    cleanups.push(stop);
    return { url: `http://127.0.0.1:${listener.port}`, stop, listener };
  }

  function folder(): string {
    const path = mkdtempSync(join(tmpdir(), 'listener-test-'));
    cleanups.push(() => rmSync(path, { recursive: true, force: true }));
    return path;
  }

  it('serves the worker protocol at its usual path, and its own health', async () => {
    const router = PromiseRouter();
    router.get('/bundle', (_request, response) => {
      response.send('the bundle');
    });
    const { url } = await start(router);
    const bundle = await fetch(`${url}/api/arena/worker/v1/bundle`);
    expect(await bundle.text()).toBe('the bundle');
    const health = await fetch(`${url}/healthz`);
    expect(await health.json()).toEqual({ status: 'ok' });
  });

  it.each([
    '/',
    '/api/arena/clusters',
    '/api/catalog/entities',
    '/api/arena/worker/v1/../../clusters',
    '/api/arena/worker/v2/lease',
  ])('has nothing at %s', async path => {
    const { url } = await start();
    const response = await fetch(`${url}${path}`);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({
      error: { name: 'NotFoundError' },
    });
  });

  it('answers errors as the portal does, and tells nothing of faults of its own', async () => {
    const router = PromiseRouter();
    const errors: Record<string, Error> = {
      input: new InputError('capacity: wrong'),
      refused: new WorkerRefusedError('too old'),
      fault: new Error('password of the database'),
    };
    router.get('/:name', async ({ params }) => {
      throw errors[params.name];
    });
    const { url } = await start(router);
    const get = async (name: string) => {
      const response = await fetch(`${url}/api/arena/worker/v1/${name}`);
      const { error } = await response.json();
      return `${response.status} ${error.name}: ${error.message}`;
    };
    expect(await get('input')).toBe('400 InputError: capacity: wrong');
    expect(await get('refused')).toBe('426 WorkerRefusedError: too old');
    expect(await get('fault')).toBe(
      '500 InternalServerError: An internal error',
    );
    expect(logger.error).toHaveBeenCalledWith(
      'Request failed with status 500',
      errors.fault,
    );
  });

  it('lets a request under way come to its end when it stops', async () => {
    const router = PromiseRouter();
    let finish = () => {};
    const arrived = new Promise<void>(resolve => {
      router.get('/slow', async (_request, response) => {
        resolve();
        await new Promise<void>(done => {
          finish = done;
        });
        response.send('whole');
      });
    });
    const { url, stop } = await start(router);
    const answer = fetch(`${url}/api/arena/worker/v1/slow`, {
      headers: { connection: 'close' },
    });
    await arrived;
    const stopped = stop();
    await expect(fetch(`${url}/healthz`)).rejects.toThrow();
    finish();
    expect(await (await answer).text()).toBe('whole');
    await stopped;
  });

  it('does not wait for ever for one that does not end', async () => {
    const router = PromiseRouter();
    const arrived = new Promise<void>(resolve => {
      router.get('/stuck', async () => {
        resolve();
        await new Promise(() => {});
      });
    });
    const { url, stop } = await start(router, { graceMs: 50 });
    const answer = fetch(`${url}/api/arena/worker/v1/stuck`).catch(
      error => error,
    );
    await arrived;
    await stop();
    expect(await answer).toMatchObject({ message: 'fetch failed' });
  });

  it('says that its port is taken', async () => {
    const { listener } = await start();
    await expect(
      start(PromiseRouter(), { port: listener.port }),
    ).rejects.toThrow('EADDRINUSE');
  });

  it('takes up a certificate that was renewed', async () => {
    const directory = folder();
    const tls = {
      certFile: join(directory, 'tls.crt'),
      keyFile: join(directory, 'tls.key'),
    };
    writeCertificate(tls);
    const { listener } = await start(PromiseRouter(), {
      tls,
      certificateCheckMs: 20,
    });
    const first = await peerOf(listener.port, tls.certFile);
    expect(first.status).toBe(200);
    writeCertificate(tls);
    for (;;) {
      const next = await peerOf(listener.port, tls.certFile).catch(
        // Not there yet.
        () => undefined,
      );
      if (!next) continue;
      expect(next.fingerprint).not.toBe(first.fingerprint);
      break;
    }
  });

  it('does not start without its certificate', async () => {
    const missing = join(folder(), 'tls.crt');
    await expect(
      start(PromiseRouter(), { tls: { certFile: missing, keyFile: missing } }),
    ).rejects.toThrow(`open '${missing}'`);
  });
});

/** Who answers there, if it is who this certificate speaks of. */
async function peerOf(port: number, certFile: string) {
  const sent = request({
    host: '127.0.0.1',
    servername: 'localhost',
    port,
    path: '/healthz',
    ca: readFileSync(certFile),
    agent: false,
  });
  sent.end();
  const [response] = await once(sent, 'response');
  response.resume();
  const { fingerprint256 } = (
    response.socket as TLSSocket
  ).getPeerCertificate();
  return { status: response.statusCode, fingerprint: fingerprint256 };
}
