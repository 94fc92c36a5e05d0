import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { run } from '../process/run';
import { Addresses } from './addresses';
import { Layout } from './Layout';

export const NODE_NAME = 'arena';

/** Who clients are to the API server: name and, if any, group. */
const USERS: Record<string, [string, string?]> = {
  admin: ['admin', 'system:masters'],
  'controller-manager': ['system:kube-controller-manager'],
  scheduler: ['system:kube-scheduler'],
  proxy: ['system:kube-proxy'],
  dns: ['system:serviceaccount:kube-system:dns', 'system:masters'],
  kubelet: [`system:node:${NODE_NAME}`, 'system:nodes'],
};

const NEW_KEY = [
  ...['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'],
  '-nodes',
];

/**
 * Writes keys, certificates and kubeconfigs, unless they are there for the same addresses.
 */
export async function writePki(
  layout: Layout,
  addresses: Addresses,
): Promise<void> {
  const marker = layout.pki('addresses.json');
  const wanted = JSON.stringify(addresses);
  if (existsSync(marker) && (await readFile(marker, 'utf8')) === wanted) return;
  await rm(layout.at('pki'), { recursive: true, force: true });
  await mkdir(layout.at('pki'), { recursive: true, mode: 0o700 });
  await writeAuthority(layout);
  await issue(layout, {
    name: 'apiserver',
    subject: '/CN=kube-apiserver',
    usage: 'serverAuth',
    names: [
      ...['127.0.0.1', addresses.node, addresses.apiService].map(
        address => `IP:${address}`,
      ),
      ...[
        'localhost',
        'kubernetes',
        'kubernetes.default',
        'kubernetes.default.svc',
        'kubernetes.default.svc.cluster.local',
      ].map(name => `DNS:${name}`),
    ],
  });
  await issue(layout, {
    name: 'apiserver-kubelet-client',
    subject: '/O=system:masters/CN=kube-apiserver-kubelet-client',
    usage: 'clientAuth',
  });
  await issue(layout, {
    name: 'kubelet',
    subject: `/O=system:nodes/CN=system:node:${NODE_NAME}`,
    usage: 'serverAuth',
    names: [`IP:${addresses.node}`, `DNS:${NODE_NAME}`],
  });
  await openssl(
    ...['genpkey', '-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048'],
    ...['-out', layout.pki('service-accounts.key')],
  );
  await writeTokens(layout, addresses);
  await writeFile(marker, wanted);
}

async function writeAuthority(layout: Layout): Promise<void> {
  await openssl(
    ...['req', '-x509', ...NEW_KEY, '-days', '3650'],
    ...['-keyout', layout.pki('ca.key'), '-out', layout.pki('ca.crt')],
    ...['-subj', '/CN=arena-devcluster'],
    ...['-addext', 'basicConstraints=critical,CA:TRUE'],
    ...['-addext', 'keyUsage=critical,keyCertSign,cRLSign'],
  );
}

interface CertificateOptions {
  name: string;
  subject: string;
  usage: 'serverAuth' | 'clientAuth';
  names?: string[];
}

async function issue(layout: Layout, options: CertificateOptions) {
  const { name, subject, usage, names } = options;
  const [key, request, extensions, certificate] = [
    'key',
    'csr',
    'ext',
    'crt',
  ].map(extension => layout.pki(`${name}.${extension}`));
  await openssl(
    ...['req', ...NEW_KEY, '-subj', subject],
    ...['-keyout', key, '-out', request],
  );
  const lines = [`extendedKeyUsage=${usage}`];
  if (names) lines.push(`subjectAltName=${names.join(',')}`);
  await writeFile(extensions, `${lines.join('\n')}\n`);
  await openssl(
    ...['x509', '-req', '-days', '3650', '-in', request],
    ...['-CA', layout.pki('ca.crt'), '-CAkey', layout.pki('ca.key')],
    ...['-CAcreateserial', '-extfile', extensions, '-out', certificate],
  );
}

async function writeTokens(layout: Layout, addresses: Addresses) {
  const authority = await readFile(layout.pki('ca.crt'));
  const lines: string[] = [];
  for (const [name, [user, group]] of Object.entries(USERS)) {
    const token = randomBytes(24).toString('hex');
    lines.push(`${token},${user},${user}${group ? `,"${group}"` : ''}`);
    const kubeconfig = kubeconfigOf(addresses.api, authority, token);
    const file = layout.pki(`${name}.kubeconfig`);
    await writeFile(file, JSON.stringify(kubeconfig, undefined, 2), {
      mode: 0o600,
    });
  }
  await writeFile(layout.pki('tokens.csv'), `${lines.join('\n')}\n`, {
    mode: 0o600,
  });
  await copyFile(layout.pki('admin.kubeconfig'), layout.kubeconfig);
}

function kubeconfigOf(server: string, authority: Buffer, token: string) {
  return {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'arena',
    clusters: [
      {
        name: 'arena',
        cluster: {
          server,
          'certificate-authority-data': authority.toString('base64'),
        },
      },
    ],
    users: [{ name: 'arena', user: { token } }],
    contexts: [
      {
        name: 'arena',
        context: { cluster: 'arena', user: 'arena', namespace: 'default' },
      },
    ],
  };
}

async function openssl(...args: string[]): Promise<void> {
  await run('openssl', args);
}
