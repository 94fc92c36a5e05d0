import { ComponentProps, lazy, Suspense } from 'react';
import { LoadingRows } from '../shared';
import type { YieldChart } from './YieldChart';

/** Charts are large, and most visits need none. */
const Loaded = lazy(() =>
  import('./YieldChart').then(module => ({ default: module.YieldChart })),
);

/** @see YieldChart */
export function LazyYieldChart(props: ComponentProps<typeof YieldChart>) {
  return (
    <Suspense fallback={<LoadingRows rows={4} height={48} />}>
      <Loaded {...props} />
    </Suspense>
  );
}
