import { ensurePackages } from '../binary/ensurePackages';
import { printProgress } from '../binary/Progress';
import { ensureBusyboxImage, ensureNodeImage } from '../images/basicImages';
import { Image } from '../images/Image';
import { ensureWorkerImage } from '../images/workerImage';
import { repositoryFolder } from '../packageFolder';
import { TestClusterFile } from '../testing/TestClusterFile';

/** Images that a cluster for tests or people has; `names` is what pods call them. */
export async function ensureProductImages(): Promise<{
  names: TestClusterFile['images'];
  files: string[];
}> {
  // Some images hold programs of these packages.
  await ensurePackages(printProgress);
  const images: Record<keyof TestClusterFile['images'], Image> = {
    worker: await ensureWorkerImage(printProgress),
    node: await ensureNodeImage(printProgress),
    busybox: await ensureBusyboxImage(printProgress),
  };
  return {
    names: {
      worker: images.worker.name,
      node: images.node.name,
      busybox: images.busybox.name,
    },
    files: Object.values(images).map(image => image.file),
  };
}

/** Our types of objects. */
export const CRDS = repositoryFolder('crds');
