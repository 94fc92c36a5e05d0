import { ComponentProps, lazy, Suspense } from 'react';
import { LoadingRows } from '../shared';
import type { YamlEditor } from './YamlEditor';

/** The editor is large and most visits need none. */
const Loaded = lazy(() =>
  import('./YamlEditor').then(module => ({ default: module.YamlEditor })),
);

/** @see YamlEditor */
export function LazyYamlEditor(props: ComponentProps<typeof YamlEditor>) {
  return (
    <Suspense fallback={<LoadingRows rows={8} />}>
      <Loaded {...props} />
    </Suspense>
  );
}
