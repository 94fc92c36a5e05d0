import { InputError } from '@backstage/errors';
import path from 'node:path';

/** The name of a unix socket ends after so many bytes. */
const LONGEST = 90;

/** Where a cluster keeps what, in its folder. */
export class Layout {
  readonly folder: string;

  /**
   * @throws InputError when the path of the folder is too long
   */
  constructor(folder: string) {
    this.folder = path.resolve(folder);
    if (Buffer.byteLength(this.folder) > LONGEST) {
      throw new InputError(
        `The folder of a cluster is '${this.folder}': allowed are paths of at most ${LONGEST} bytes`,
      );
    }
  }

  get state(): string {
    return this.at('state.json');
  }

  get kubeconfig(): string {
    return this.at('kubeconfig');
  }

  get containerdSocket(): string {
    return this.at('containerd.sock');
  }

  get initReady(): string {
    return this.at('init-ready');
  }

  get auditLog(): string {
    return this.at('log', 'audit.log');
  }

  at(...parts: string[]): string {
    return path.join(this.folder, ...parts);
  }

  pki(name: string): string {
    return this.at('pki', name);
  }

  conf(name: string): string {
    return this.at('conf', name);
  }

  log(component: string): string {
    return this.at('log', `${component}.log`);
  }

  /** Control groups of its pods; also what tells clusters apart in lists of processes. */
  get cgroup(): string {
    return `arena-${path.basename(this.folder)}`;
  }
}
