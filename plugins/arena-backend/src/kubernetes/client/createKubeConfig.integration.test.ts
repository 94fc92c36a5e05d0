import { ConfigReader } from '@backstage/config';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClusterConnection } from '../../config/KubernetesClusterConfig';
import { list, ScriptedApiServer } from '../__testUtils__/ScriptedApiServer';
import { createKubeConfig } from './createKubeConfig';
import { KubeClient } from './KubeClient';

describe('createKubeConfig', () => {
  let folder: string;
  let server: ScriptedApiServer;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'arena-kubeconfig-'));
    server = await ScriptedApiServer.start(list([], { resourceVersion: '1' }));
  });

  afterEach(async () => {
    await server.stop();
    await rm(folder, { recursive: true });
  });

  const create = (connection: ClusterConnection, kubernetes: object = {}) =>
    createKubeConfig(connection, {
      rootConfig: new ConfigReader(JSON.parse(JSON.stringify({ kubernetes }))),
      environment: {},
    });

  /** Credentials with which a request arrives. */
  async function ask(client: KubeClient): Promise<string | undefined> {
    await client.request({ path: '/api/v1/configmaps' });
    return server.requests.at(-1)?.authorization;
  }

  it('reads a token file anew, without its line end', async () => {
    const tokenFile = join(folder, 'token');
    const client = KubeClient.for(
      create({
        type: 'direct',
        url: server.url,
        tokenFile,
        skipTLSVerify: true,
      }),
    );
    await expect(ask(client)).rejects.toThrow(
      `The token for a cluster cannot be read from '${tokenFile}'`,
    );
    await writeFile(tokenFile, 'first\n');
    expect(await ask(client)).toBe('Bearer first');
    await writeFile(tokenFile, 'second\n');
    expect(await ask(client)).toBe('Bearer second');
  });

  it('takes a context of a kubeconfig, with the token file of its user', async () => {
    const path = join(folder, 'config');
    await writeFile(join(folder, 'token'), 'from the file');
    const user = (name: string, fields: object) => ({ name, user: fields });
    const context = (name: string) => ({
      name,
      context: { cluster: 'one', user: name },
    });
    await writeFile(
      path,
      JSON.stringify({
        'current-context': 'plain',
        clusters: [
          {
            name: 'one',
            cluster: { server: server.url, 'insecure-skip-tls-verify': true },
          },
        ],
        users: [
          user('plain', { token: 'plain' }),
          user('file', { token: 'unused', tokenFile: 'token' }),
        ],
        contexts: [context('plain'), context('file')],
      }),
    );
    const plain = create({ type: 'kubeconfig', path });
    expect(await ask(KubeClient.for(plain))).toBe('Bearer plain');
    const file = create({ type: 'kubeconfig', path, context: 'file' });
    expect(await ask(KubeClient.for(file))).toBe('Bearer from the file');
    expect(() => create({ type: 'kubeconfig', path, context: 'x' })).toThrow(
      `The kubeconfig '${path}' has no context 'x': allowed are plain, file`,
    );
    const missing = `${path}.missing`;
    expect(() => create({ type: 'kubeconfig', path: missing })).toThrow(
      `The kubeconfig '${missing}' cannot be read`,
    );
    await writeFile(path, '{');
    expect(() => create({ type: 'kubeconfig', path })).toThrow('is not valid');
  });

  it('takes a cluster of the Kubernetes plugin with its token', async () => {
    const kubernetes = {
      clusterLocatorMethods: [
        {
          type: 'config',
          clusters: [
            {
              name: 'shared',
              url: server.url,
              authProvider: 'serviceAccount',
              serviceAccountToken: 'shared',
              skipTLSVerify: true,
            },
          ],
        },
      ],
    };
    const shared = create(
      { type: 'kubernetesPlugin', name: 'shared' },
      kubernetes,
    );
    expect(await ask(KubeClient.for(shared))).toBe('Bearer shared');
    expect(() => create({ type: 'kubernetesPlugin', name: 'shared' })).toThrow(
      'it has no clusters',
    );
  });

  it('says what is missing outside of a pod', () => {
    expect(() => create({ type: 'inCluster' })).toThrow(
      'needs the service account of a pod: KUBERNETES_SERVICE_HOST',
    );
    expect(() =>
      create({ type: 'direct', url: server.url, skipTLSVerify: false }),
    ).toThrow('without TLS, which needs skipTLSVerify: true');
  });
});
