import { Layout } from './Layout';

describe('Layout', () => {
  it('should refuse a folder whose sockets would have too long a name', () => {
    const folder = `/tmp/${'x'.repeat(100)}`;
    expect(() => new Layout(folder)).toThrow(
      `The folder of a cluster is '${folder}': allowed are paths of at most 90 bytes`,
    );
  });

  it('should keep everything in its folder', () => {
    const layout = new Layout('/tmp/a/../b');
    expect(layout.kubeconfig).toBe('/tmp/b/kubeconfig');
    expect(layout.pki('ca.crt')).toBe('/tmp/b/pki/ca.crt');
    expect(layout.log('etcd')).toBe('/tmp/b/log/etcd.log');
  });
});
