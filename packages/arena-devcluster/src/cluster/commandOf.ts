import { Addresses } from './addresses';
import { Layout } from './Layout';
import { NODE_NAME } from './writePki';

/** The programs that make up a cluster. @public */
export const COMPONENTS = [
  'containerd',
  'etcd',
  'apiserver',
  'controller-manager',
  'scheduler',
  'kubelet',
  'proxy',
  'dns',
] as const;

/** One of the programs that make up a cluster. @public */
export type Component = (typeof COMPONENTS)[number];

/** What command lines depend on. */
export interface ComponentOptions {
  layout: Layout;
  addresses: Addresses;
  /** The binary with the components of Kubernetes. */
  kube: string;
  /** Path of CoreDNS; absent: pods know no names. */
  coreDns?: string;
  apiServerArgs: string[];
}

/** Enough for a machine that runs nothing else: the defaults make large Jobs crawl. */
const QUICK = ['--kube-api-qps=300', '--kube-api-burst=600'];

/** The command line of a component; undefined when the cluster has no such component. */
export function commandOf(
  component: Component,
  options: ComponentOptions,
): string[] | undefined {
  const { layout, kube, coreDns, addresses } = options;
  const kubeconfig = `--kubeconfig=${layout.pki(`${component}.kubeconfig`)}`;
  switch (component) {
    case 'containerd':
      return ['containerd', '--config', layout.conf('containerd.toml')];
    case 'etcd':
      return [kube, 'etcd', ...etcdFlags(layout)];
    case 'apiserver':
      return [kube, 'apiserver', ...apiServerFlags(options)];
    case 'controller-manager':
      return [
        ...[kube, 'controller-manager', kubeconfig, ...QUICK],
        '--leader-elect=false',
        '--bind-address=127.0.0.1',
        '--use-service-account-credentials=true',
        `--root-ca-file=${layout.pki('ca.crt')}`,
        `--cluster-signing-cert-file=${layout.pki('ca.crt')}`,
        `--cluster-signing-key-file=${layout.pki('ca.key')}`,
        `--service-account-private-key-file=${layout.pki(
          'service-accounts.key',
        )}`,
      ];
    case 'scheduler':
      return [
        ...[kube, 'scheduler', kubeconfig, ...QUICK],
        '--leader-elect=false',
        '--bind-address=127.0.0.1',
      ];
    case 'kubelet':
      return [
        ...[kube, 'kubelet', kubeconfig],
        `--config=${layout.conf('kubelet.json')}`,
        `--root-dir=${layout.at('kubelet')}`,
        `--hostname-override=${NODE_NAME}`,
        `--node-ip=${addresses.node}`,
      ];
    case 'proxy':
      return [kube, 'proxy', `--config=${layout.conf('proxy.json')}`];
    default:
      return coreDns ? [coreDns, '-conf', layout.conf('Corefile')] : undefined;
  }
}

function etcdFlags(layout: Layout): string[] {
  return [
    '--name=arena',
    `--data-dir=${layout.at('etcd')}`,
    // Survives kills of every process, though not of the machine.
    '--unsafe-no-fsync',
    '--log-level=warn',
    '--quota-backend-bytes=4294967296',
    '--listen-client-urls=http://127.0.0.1:2379',
    '--advertise-client-urls=http://127.0.0.1:2379',
    '--listen-peer-urls=http://127.0.0.1:2380',
    '--initial-advertise-peer-urls=http://127.0.0.1:2380',
    '--initial-cluster=arena=http://127.0.0.1:2380',
  ];
}

function apiServerFlags(options: ComponentOptions): string[] {
  const { layout, addresses, apiServerArgs } = options;
  const client = layout.pki('apiserver-kubelet-client');
  const serviceAccounts = layout.pki('service-accounts.key');
  return [
    '--etcd-servers=http://127.0.0.1:2379',
    '--bind-address=0.0.0.0',
    '--secure-port=6443',
    `--advertise-address=${addresses.node}`,
    `--service-cluster-ip-range=${addresses.services}`,
    `--tls-cert-file=${layout.pki('apiserver.crt')}`,
    `--tls-private-key-file=${layout.pki('apiserver.key')}`,
    `--client-ca-file=${layout.pki('ca.crt')}`,
    `--token-auth-file=${layout.pki('tokens.csv')}`,
    `--kubelet-certificate-authority=${layout.pki('ca.crt')}`,
    `--kubelet-client-certificate=${client}.crt`,
    `--kubelet-client-key=${client}.key`,
    '--kubelet-preferred-address-types=InternalIP',
    '--authorization-mode=Node,RBAC',
    '--enable-admission-plugins=NodeRestriction',
    '--service-account-issuer=https://kubernetes.default.svc.cluster.local',
    `--service-account-key-file=${serviceAccounts}`,
    `--service-account-signing-key-file=${serviceAccounts}`,
    '--allow-privileged=true',
    '--profiling=false',
    `--audit-policy-file=${layout.conf('audit.json')}`,
    `--audit-log-path=${layout.auditLog}`,
    // Megabytes; then a new file is begun.
    '--audit-log-maxsize=100',
    ...apiServerArgs,
  ];
}
