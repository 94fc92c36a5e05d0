import { mkdir, writeFile } from 'node:fs/promises';
import { Addresses } from '../addresses';
import { Layout } from '../Layout';
import { auditPolicy } from './auditPolicy';
import { cniConfig } from './cniConfig';
import { containerdConfig } from './containerdConfig';
import { corefile } from './corefile';
import { kubeletConfig } from './kubeletConfig';
import { proxyConfig } from './proxyConfig';

const FOLDERS = ['conf/cni', 'log/pods', 'etcd', 'kubelet', 'containerd', 'pv'];

/** Writes the configuration of every component, and makes the folders that they expect. */
export async function writeConfigs(
  layout: Layout,
  addresses: Addresses,
  options: { dns: boolean },
): Promise<void> {
  for (const folder of FOLDERS) {
    await mkdir(layout.at(folder), { recursive: true });
  }
  const files = {
    'containerd.toml': containerdConfig(layout),
    'cni/10-pods.conflist': cniConfig(addresses),
    'kubelet.json': kubeletConfig(layout, addresses, options),
    'proxy.json': proxyConfig(layout, addresses),
    'audit.json': auditPolicy(),
    Corefile: corefile(layout, addresses),
  };
  for (const [name, content] of Object.entries(files)) {
    await writeFile(layout.conf(name), content);
  }
}
