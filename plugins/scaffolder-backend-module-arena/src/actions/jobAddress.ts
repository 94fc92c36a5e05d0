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

/** What steps say of a job. */
export interface JobLinks {
  jobRef: string;
  entityRef: string;
  /** Its page in the portal. */
  url: string;
}

export function jobLinks(address: JobAddress, appUrl: string): JobLinks {
  const { cluster, namespace, name } = address;
  const path = [cluster, namespace, name].map(encodeURIComponent).join('/');
  return {
    jobRef: `${cluster}/${namespace}/${name}`,
    entityRef: arenaEntityRef({ kind: 'ArenaJob', ...address }),
    url: `${appUrl}/arena/jobs/${path}`,
  };
}

/** Gives to the steps that follow how a job is called and found. */
export function outputLinks(
  ctx: { output(name: keyof JobLinks, value: string): void },
  links: JobLinks,
): void {
  ctx.output('jobRef', links.jobRef);
  ctx.output('entityRef', links.entityRef);
  ctx.output('url', links.url);
}
