import { ComponentProps, lazy, Suspense } from 'react';
import { LoadingRows } from '../../shared';
import type { LoadCharts } from './LoadCharts';

const Loaded = lazy(() =>
  import('./LoadCharts').then(module => ({ default: module.LoadCharts })),
);

/** The charts with their library: loaded when a load test is shown. */
export function LazyLoadCharts(props: ComponentProps<typeof LoadCharts>) {
  return (
    <Suspense fallback={<LoadingRows rows={6} height={40} />}>
      <Loaded {...props} />
    </Suspense>
  );
}
