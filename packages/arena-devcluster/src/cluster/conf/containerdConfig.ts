import { PAUSE_IMAGE } from '../../images/basicImages';
import { Layout } from '../Layout';

/** Plugins that complain on machines that lack what they manage. */
const DISABLED = [
  'io.containerd.internal.v1.opt',
  ...['btrfs', 'zfs', 'aufs', 'devmapper'].map(
    name => `io.containerd.snapshotter.v1.${name}`,
  ),
];

export function containerdConfig(layout: Layout): string {
  return `version = 2
root = "${layout.at('containerd')}"
state = "/run/containerd"
disabled_plugins = ${JSON.stringify(DISABLED)}
[grpc]
  address = "${layout.containerdSocket}"
[plugins."io.containerd.grpc.v1.cri"]
  # Lower values than its own need a right that not every root has.
  restrict_oom_score_adj = true
  sandbox_image = "${PAUSE_IMAGE}"
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "${layout.conf('cni')}"
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "overlayfs"
    default_runtime_name = "runc"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
`;
}
