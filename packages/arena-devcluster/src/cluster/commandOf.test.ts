import { addressesOf } from './addresses';
import { commandOf } from './commandOf';
import { Layout } from './Layout';

describe('commandOf', () => {
  const options = {
    layout: new Layout('/tmp/c'),
    addresses: addressesOf(3),
    kube: '/cache/kube',
    apiServerArgs: ['--watch-cache-sizes=arenajobs.example.org#0'],
  };

  it('should give the API server its own flags last', () => {
    const command = commandOf('apiserver', options)!;
    expect(command.slice(0, 2)).toEqual(['/cache/kube', 'apiserver']);
    expect(command.at(-1)).toBe('--watch-cache-sizes=arenajobs.example.org#0');
    expect(command).toContain('--advertise-address=198.18.252.2');
  });

  it('should have a name server only when there is a program for it', () => {
    expect(commandOf('dns', options)).toBeUndefined();
    expect(commandOf('dns', { ...options, coreDns: '/cache/coredns' })).toEqual(
      ['/cache/coredns', '-conf', '/tmp/c/conf/Corefile'],
    );
  });

  it('should give each its own rights', () => {
    for (const component of ['scheduler', 'kubelet'] as const) {
      expect(commandOf(component, options)).toContain(
        `--kubeconfig=/tmp/c/pki/${component}.kubeconfig`,
      );
    }
  });
});
