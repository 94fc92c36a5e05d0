import { TestCluster } from '@backstage-arena/arena-devcluster';
import { chownSync } from 'node:fs';

/** Whom worker pods run as. */
const NONROOT = 65532;

/**
 * Makes a claim with a volume, a folder of this machine into which workers may write.
 *
 * @returns the folder, and how to remove the volume
 */
export async function createClaim(
  { cluster, apply }: Pick<TestCluster, 'cluster' | 'apply'>,
  { namespace, name }: { namespace: string; name: string },
): Promise<{ folder: string; remove: () => Promise<unknown> }> {
  const folder = await cluster.volumeFolder(namespace);
  chownSync(folder, NONROOT, NONROOT);
  const shared = { storageClassName: '', accessModes: ['ReadWriteOnce'] };
  await apply(
    {
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: { name: namespace },
      spec: {
        ...shared,
        capacity: { storage: '1Gi' },
        hostPath: { path: folder },
        claimRef: { namespace, name },
      },
    },
    {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name, namespace },
      spec: { ...shared, resources: { requests: { storage: '1Gi' } } },
    },
  );
  return {
    folder,
    remove: () => cluster.kubectl(['delete', 'pv', namespace, '--wait=false']),
  };
}
