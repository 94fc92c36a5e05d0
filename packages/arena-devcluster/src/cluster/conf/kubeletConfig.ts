import { Addresses } from '../addresses';
import { Layout } from '../Layout';

/** As a KubeletConfiguration; JSON is YAML. */
export function kubeletConfig(
  layout: Layout,
  addresses: Addresses,
  options: { dns: boolean },
): string {
  return JSON.stringify(
    {
      apiVersion: 'kubelet.config.k8s.io/v1beta1',
      kind: 'KubeletConfiguration',
      containerRuntimeEndpoint: `unix://${layout.containerdSocket}`,
      // Not all addresses: the API server comes to this one for logs and exec.
      address: addresses.node,
      port: 10250,
      readOnlyPort: 0,
      healthzBindAddress: '127.0.0.1',
      authentication: {
        anonymous: { enabled: false },
        webhook: { enabled: true },
        x509: { clientCAFile: layout.pki('ca.crt') },
      },
      authorization: { mode: 'Webhook' },
      tlsCertFile: layout.pki('kubelet.crt'),
      tlsPrivateKeyFile: layout.pki('kubelet.key'),
      cgroupDriver: 'cgroupfs',
      cgroupRoot: `/${layout.cgroup}`,
      cgroupsPerQOS: true,
      enforceNodeAllocatable: ['pods'],
      failCgroupV1: false,
      failSwapOn: false,
      oomScoreAdj: 0,
      resolvConf: '',
      clusterDomain: 'cluster.local',
      ...(options.dns && { clusterDNS: [addresses.node] }),
      podLogsDir: layout.at('log', 'pods'),
      maxPods: 110,
      kubeAPIQPS: 200,
      kubeAPIBurst: 400,
      podPidsLimit: 1024,
      syncFrequency: '10s',
      nodeStatusUpdateFrequency: '5s',
      imageGCHighThresholdPercent: 100,
      evictionHard: {
        'memory.available': '100Mi',
        'nodefs.available': '1%',
        'imagefs.available': '1%',
        'nodefs.inodesFree': '1%',
      },
      containerLogMaxSize: '10Mi',
      shutdownGracePeriod: '0s',
    },
    undefined,
    2,
  );
}
