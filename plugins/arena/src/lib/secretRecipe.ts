import { ARENA_ANNOTATIONS } from '@backstage-arena/plugin-arena-common';
import { CredentialKind } from './sourceForm';

/** The keys that a Secret needs, each with what to put there: a value in a variable of the environment, or a file. */
const KEYS: Record<CredentialKind, Array<[key: string, from: string]>> = {
  https: [
    ['username', 'GIT_USERNAME'],
    ['password', 'GIT_TOKEN'],
  ],
  ssh: [
    ['identity', '~/.ssh/id_ed25519'],
    ['known_hosts', '~/.ssh/known_hosts'],
  ],
  registry: [
    ['username', 'REGISTRY_USERNAME'],
    ['password', 'REGISTRY_TOKEN'],
  ],
};

/** How to make the Secret with the credentials of a source: a command, or what to add to app-config. */
export function secretRecipe(options: {
  kind: CredentialKind;
  cluster: 'embedded' | 'kubernetes';
  namespace: string;
  name: string;
  /** Of the source. */
  url: string;
}): string {
  const { kind, cluster } = options;
  const namespace = options.namespace.trim() || 'default';
  const name = options.name.trim() || 'my-credentials';
  const keys = KEYS[kind];
  // What is sent to the server needs leave of who owns the Secret; a private key is not.
  const isSent = kind !== 'ssh';
  const host = hostOf(options.url) ?? 'HOST';
  if (cluster === 'kubernetes') {
    const values = keys.map(([key, from]) =>
      kind === 'ssh'
        ? `--from-file=${key}=${from}`
        : `--from-literal=${key}="$${from}"`,
    );
    const create = [
      `kubectl create secret generic ${name} --namespace ${namespace}`,
      ...values,
    ].join(' \\\n  ');
    return isSent
      ? `${create}\nkubectl annotate secret ${name} --namespace ${namespace} ${ARENA_ANNOTATIONS.sourceCredentials}=${host}`
      : create;
  }
  const lines = keys.map(([key, from]) =>
    kind === 'ssh'
      ? `        ${key}: { $file: ${from.replace('~/.ssh', './secrets')} }`
      : `        ${key}: \${${from}}`,
  );
  return [
    'arena:',
    '  secrets:',
    `    ${namespace}:`,
    `      ${name}:`,
    ...lines,
    ...(isSent
      ? [
          '  sourceCredentials:',
          `    ${namespace}:`,
          `      ${name}: [${JSON.stringify(host)}]`,
        ]
      : []),
  ].join('\n');
}

function hostOf(url: string): string | undefined {
  const text = url.trim();
  const whole = text.includes('://') ? text : `oci://${text}`;
  return (URL.canParse(whole) && new URL(whole).hostname) || undefined;
}
