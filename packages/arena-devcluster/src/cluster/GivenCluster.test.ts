import { GivenCluster } from './GivenCluster';

describe('GivenCluster', () => {
  const cluster = new GivenCluster({ kubeconfig: '/home/me/.kube/config' });

  it('should refuse what it has no power over', async () => {
    await expect(cluster.kill()).rejects.toThrow(
      /Cannot signal a component: the cluster of KUBECONFIG .* is not of our own/,
    );
    await expect(cluster.importImage()).rejects.toThrow(
      'push it to a registry',
    );
    await expect(cluster.compact()).rejects.toMatchObject({
      name: 'NotAllowedError',
    });
  });

  it('should leave it up', async () => {
    await expect(cluster.down()).resolves.toBeUndefined();
    await expect(cluster.wipe()).resolves.toBeUndefined();
    expect(cluster.isRunning()).toBe(true);
  });

  it('should say that pods must find this machine', () => {
    expect(() => cluster.hostUrl(80)).toThrow('set ARENA_HOST_ADDRESS');
    const reachable = new GivenCluster({
      kubeconfig: '',
      hostAddress: '192.0.2.1',
    });
    expect(reachable.hostUrl(80)).toBe('http://192.0.2.1:80');
  });
});
