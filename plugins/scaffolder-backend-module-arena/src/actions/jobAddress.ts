import { InputError } from '@backstage/errors';
import { arenaEntityRef } from '@backstage-arena/plugin-arena-common';

/** Where a job is. */
export interface JobAddress {
  cluster: string;
  namespace: string;
  name: string;
}

/** @throws InputError unless it has the form `<cluster>/<namespace>/<name>`. */
export function parseJobRef(jobRef: string): JobAddress {
  const parts = jobRef.split('/');
  const [cluster, namespace, name] = parts;
  if (parts.length !== 3 || !cluster || !namespace || !name) {
    throw new InputError(
      `jobRef: '${jobRef}' is not the reference of a job: expected <cluster>/<namespace>/<name>, as arena:job:create gives it`,
    );
  }
  return { cluster, namespace, name };
}

/** What steps say of a job: its reference, its entity, its page. */
export function jobLinks(
  address: JobAddress,
  appUrl: string,
): { jobRef: string; entityRef: string; url: string } {
  const { cluster, namespace, name } = address;
  const path = [cluster, namespace, name].map(encodeURIComponent).join('/');
  return {
    jobRef: `${cluster}/${namespace}/${name}`,
    entityRef: arenaEntityRef({ kind: 'ArenaJob', ...address }),
    url: `${appUrl}/arena/jobs/${path}`,
  };
}
