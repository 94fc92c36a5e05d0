import { mkdir, readFile, symlink } from 'node:fs/promises';
import path from 'node:path';
import { packageFolder } from '../packageFolder';
import { digestOf } from './digestOf';
import { ensureBuilt } from './ensureBuilt';
import { go, goVersion } from './go';
import { printProgress, Progress } from './Progress';
import { userCache } from './userCache';

/** Programs of the control plane and of the node. */
export interface KubeBinaries {
  /** All components in one: its first argument says which. */
  kube: string;
  kubectl: string;
}

/**
 * Builds the control plane from its sources, once for a user. Takes about 6 minutes on 2 cores the first time.
 *
 * @public
 */
export async function ensureKubeBinary(
  progress: Progress = printProgress,
): Promise<KubeBinaries> {
  const sources = packageFolder('kube');
  const files = await Promise.all(
    ['main.go', 'go.mod', 'go.sum'].map(name =>
      readFile(path.join(sources, name), 'utf8'),
    ),
  );
  const release = releaseIn(files[1]);
  const flags = linkerFlags(release);
  const key = digestOf([...files, flags, await goVersion()]);
  const folder = await ensureBuilt({
    target: userCache(`kube-${key}`),
    what: `Kubernetes ${release} (about 6 minutes the first time)`,
    progress,
    async build(part) {
      await mkdir(part);
      const output = path.join(part, 'kube');
      await go(
        ['build', '-trimpath', `-ldflags=${flags}`, `-o=${output}`, '.'],
        { cwd: sources },
      );
      await symlink('kube', path.join(part, 'kubectl'));
    },
  });
  return {
    kube: path.join(folder, 'kube'),
    kubectl: path.join(folder, 'kubectl'),
  };
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
