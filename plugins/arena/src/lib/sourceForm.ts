import { JsonObject } from '@backstage/types';
import {
  ARENA_API_VERSION,
  ArenaObjectInput,
} from '@backstage-arena/plugin-arena-common';

/** Kinds of sources, the commonest first. */
export const SOURCE_TYPES = ['git', 'oci', 'configmap', 'workspace'] as const;

/** @see SOURCE_TYPES */
export type SourceType = (typeof SOURCE_TYPES)[number];

/** What a git source checks out. */
export const GIT_REFS = ['default', 'branch', 'tag', 'commit'] as const;

/** What is asked of a new source. Texts are as typed. */
export interface SourceForm {
  name: string;
  namespace: string;
  type: SourceType;
  /** Of a repository or an artifact. */
  url: string;
  refKind: (typeof GIT_REFS)[number];
  ref: string;
  /** Folder of the repository or of the workspace. */
  path: string;
  /** Name of the Secret with credentials; empty: none are needed. */
  secret: string;
  /** Key of the Secret that holds a token. */
  secretKey: string;
  insecure: boolean;
  configMap: string;
  interval: string;
}

/** Nothing is known yet. */
export const EMPTY_SOURCE: SourceForm = {
  name: '',
  namespace: 'default',
  type: 'git',
  url: '',
  refKind: 'default',
  ref: '',
  path: '',
  secret: '',
  secretKey: '',
  insecure: false,
  configMap: '',
  interval: '',
};

/** How a source proves to a server who it is. */
export type CredentialKind = 'https' | 'ssh' | 'registry';

/** The kind of credentials that an address needs; `undefined` where there can be none. */
export function credentialKindOf(
  form: Pick<SourceForm, 'type' | 'url'>,
): CredentialKind | undefined {
  if (form.type === 'oci') return 'registry';
  if (form.type !== 'git') return undefined;
  return /^https?:\/\//.test(form.url.trim()) || !form.url.trim()
    ? 'https'
    : 'ssh';
}

/** True when everything is there that cannot be left out. Whether it is right, the server says. */
export function isCompleteSource(form: SourceForm): boolean {
  const has = (key: keyof SourceForm) => String(form[key]).trim() !== '';
  if (!has('name') || !has('namespace')) return false;
  if (form.type === 'workspace') return has('path');
  if (form.type === 'configmap') return has('configMap');
  const needsRef = form.type === 'git' && form.refKind !== 'default';
  return has('url') && (!needsRef || has('ref'));
}

/** The object that the form describes. */
export function sourceObject(form: SourceForm): ArenaObjectInput<JsonObject> {
  const { type, interval } = form;
  return {
    apiVersion: ARENA_API_VERSION,
    kind: 'ArenaSource',
    metadata: { name: form.name.trim(), namespace: form.namespace.trim() },
    spec: {
      type,
      [type === 'configmap' ? 'configMap' : type]: blockOf(form),
      ...some('interval', interval),
    },
  };
}

function blockOf(form: SourceForm): JsonObject {
  const { type, url, refKind, ref, path, secret, secretKey } = form;
  if (type === 'workspace') return { path: path.trim() };
  if (type === 'configmap') return { name: form.configMap.trim() };
  if (type === 'oci') {
    return {
      url: url.trim(),
      ...(secret.trim() && { secretRef: { name: secret.trim() } }),
      ...(form.insecure && { insecure: true }),
    };
  }
  return {
    url: url.trim(),
    ...(refKind !== 'default' && { ref: { [refKind]: ref.trim() } }),
    ...some('path', path),
    ...(secret.trim() && {
      secretRef: { name: secret.trim(), ...some('key', secretKey) },
    }),
  };
}

/** A field that is left out when nothing was typed. */
function some(key: string, text: string): JsonObject {
  return text.trim() ? { [key]: text.trim() } : {};
}
