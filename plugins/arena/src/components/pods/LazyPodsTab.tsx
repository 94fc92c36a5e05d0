import { ComponentProps, lazy, Suspense } from 'react';
import { LoadingRows } from '../shared';
import type { PodsTab } from './PodsTab';

const Tab = lazy(() =>
  import('./PodsTab').then(module => ({ default: module.PodsTab })),
);

/** The tab with what it needs of the Kubernetes plugin, which is much: loaded when someone opens it. */
export function LazyPodsTab(props: ComponentProps<typeof PodsTab>) {
  return (
    <Suspense fallback={<LoadingRows />}>
      <Tab {...props} />
    </Suspense>
  );
}
