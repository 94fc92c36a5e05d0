import { Addresses } from '../addresses';
import { Layout } from '../Layout';
import { NODE_NAME } from '../writePki';

/** As a KubeProxyConfiguration; JSON is YAML. */
export function proxyConfig(layout: Layout, addresses: Addresses): string {
  return JSON.stringify(
    {
      apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
      kind: 'KubeProxyConfiguration',
      mode: 'iptables',
      bindAddress: '0.0.0.0',
      metricsBindAddress: '127.0.0.1:10249',
      healthzBindAddress: '127.0.0.1:10256',
      hostnameOverride: NODE_NAME,
      clusterCIDR: addresses.pods,
      oomScoreAdj: 0,
      clientConnection: { kubeconfig: layout.pki('proxy.kubeconfig') },
      // What it would set here belongs to the whole machine.
      conntrack: {
        maxPerCore: 0,
        min: 0,
        tcpEstablishedTimeout: '0s',
        tcpCloseWaitTimeout: '0s',
      },
      iptables: { minSyncPeriod: '0s', syncPeriod: '30s' },
    },
    undefined,
    2,
  );
}
