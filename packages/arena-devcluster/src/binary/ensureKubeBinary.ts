import { ensureGoModule } from './ensureGoModule';
import { printProgress, Progress } from './Progress';

/**
 * Path of the control plane, its node and kubectl in one program: its first argument says which. Built from their sources once for a
 * user, which takes about 6 minutes on 2 cores.
 */
export function ensureKubeBinary(
  progress: Progress = printProgress,
): Promise<string> {
  return ensureGoModule({
    name: 'kube',
    what: goMod =>
      `Kubernetes ${releaseIn(goMod)} (about 6 minutes the first time)`,
    linkerFlags: goMod => linkerFlags(releaseIn(goMod)),
    progress,
  });
}

/** The release of Kubernetes that a go.mod asks for, for example `v1.36.3`. */
export function releaseIn(goMod: string): string {
  const found = /^\s*(?:require )?k8s\.io\/kubernetes (v\S+)/m.exec(goMod);
  if (!found) throw new Error('go.mod does not require k8s.io/kubernetes');
  return found[1];
}

/** Without them the components call themselves v0.0.0, and clients believe it. */
export function linkerFlags(release: string): string {
  const [major, minor] = release.slice(1).split('.');
  const values = { gitVersion: release, gitMajor: major, gitMinor: minor };
  const flags = ['-s', '-w'];
  for (const library of ['component-base', 'client-go/pkg']) {
    for (const [name, value] of Object.entries(values)) {
      flags.push(`-X k8s.io/${library}/version.${name}=${value}`);
    }
  }
  return flags.join(' ');
}
