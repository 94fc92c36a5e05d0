/** What all objects of an API server have, as far as a cache has to know. */
export interface KubeObject {
  apiVersion?: string;
  kind?: string;
  metadata?: {
    name?: string;
    namespace?: string;
    uid?: string;
    resourceVersion?: string;
  };
}

/** `namespace/name`; an object of the cluster itself has no namespace. */
export function keyOf(object: KubeObject): string {
  return `${object.metadata?.namespace ?? ''}/${object.metadata?.name ?? ''}`;
}

export function versionOf(object: KubeObject): string {
  return object.metadata?.resourceVersion ?? '0';
}
