import { InputError } from '@backstage/errors';

/** Address of an artifact in a registry. */
export interface OciReference {
  /** Where it is asked for, with the port. */
  host: string;
  /** Names under which credentials for it are kept. */
  aliases: string[];
  repository: string;
  /** `sha256:<hex>` or a tag. */
  reference: string;
  isDigest: boolean;
}

const REPOSITORY =
  /^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*$/;
const TAG = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;
const DIGEST = /^sha256:[0-9a-f]{64}$/;
const HOST = /^(\[[0-9a-fA-F:]+\]|[A-Za-z0-9.-]+)(:\d{1,5})?$/;

/** Docker's registry answers elsewhere than its name says. */
const DOCKER_HUB = ['docker.io', 'index.docker.io', 'registry-1.docker.io'];

/**
 * Reads `oci://host[:port]/repository[:tag][@digest]`. Without both: the tag `latest`.
 *
 * @throws InputError
 */
export function parseOciReference(url: string): OciReference {
  const text = url.replace(/^oci:\/\//, '');
  const slash = text.indexOf('/');
  const host = text.slice(0, slash);
  if (slash < 0 || !HOST.test(host)) {
    throw invalid(url, 'must be oci://host/repository with a tag or a digest');
  }
  const [name, digest, ...more] = text.slice(slash + 1).split('@');
  const colon = name.lastIndexOf(':');
  const repository = colon < 0 ? name : name.slice(0, colon);
  const tag = colon < 0 ? 'latest' : name.slice(colon + 1);
  if (!REPOSITORY.test(repository)) {
    throw invalid(url, `"${repository}" is no name of a repository`);
  }
  if (!TAG.test(tag)) throw invalid(url, `"${tag}" is no tag`);
  if ((digest !== undefined && !DIGEST.test(digest)) || more.length > 0) {
    throw invalid(url, 'allowed as digest is sha256:<64 hexadecimal digits>');
  }
  const isDockerHub = DOCKER_HUB.includes(host);
  return {
    host: isDockerHub ? 'registry-1.docker.io' : host,
    aliases: isDockerHub ? DOCKER_HUB : [host],
    repository:
      isDockerHub && !repository.includes('/')
        ? `library/${repository}`
        : repository,
    reference: digest ?? tag,
    isDigest: digest !== undefined,
  };
}

function invalid(url: string, why: string): InputError {
  return new InputError(
    `spec.oci.url: Invalid value: ${JSON.stringify(url.slice(0, 300))}: ${why}`,
  );
}
