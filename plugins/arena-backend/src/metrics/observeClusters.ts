import {
  MetricAttributes,
  MetricsService,
  MetricsServiceObservableCallback,
} from '@backstage/backend-plugin-api/alpha';
import { probeCluster } from '../api/probeCluster';
import { ServedCluster } from '../api/ServedCluster';
import { Reconciler } from '../services/createReconciler';

/**
 * Shows which clusters this replica reaches, which it reconciles, and what its controllers have before them.
 *
 * @returns ends it
 */
export function observeClusters(
  metrics: MetricsService,
  options: {
    clusters: ReadonlyArray<Pick<ServedCluster, 'resources' | 'health'>>;
    reconcilers: ReadonlyArray<
      Pick<Reconciler, 'cluster' | 'isLeader' | 'queued'>
    >;
  },
): () => void {
  const { clusters, reconcilers } = options;
  const ends: Array<() => void> = [];
  function gauge<T extends MetricAttributes>(
    name: string,
    { description, unit }: { description: string; unit?: string },
    callback: MetricsServiceObservableCallback<T>,
  ): void {
    const instrument = metrics.createObservableGauge<T>(name, {
      description,
      unit,
    });
    instrument.addCallback(callback);
    ends.push(() => instrument.removeCallback(callback));
  }

  gauge<{ cluster: string }>(
    'arena.cluster.ready',
    { description: '1 while the objects of the cluster can be read, else 0' },
    async result => {
      const infos = await Promise.all(clusters.map(probeCluster));
      infos.forEach(({ name, ready }) =>
        result.observe(ready ? 1 : 0, { cluster: name }),
      );
    },
  );
  gauge<{ cluster: string }>(
    'arena.leader',
    { description: '1 on the replica that reconciles the cluster, else 0' },
    result =>
      reconcilers.forEach(({ cluster, isLeader }) =>
        result.observe(isLeader() ? 1 : 0, { cluster }),
      ),
  );
  gauge<{ cluster: string; kind: string }>(
    'arena.reconcile.queue',
    {
      description: 'Objects that wait for their controller or are looked at',
      unit: '{object}',
    },
    result => {
      for (const { cluster, queued } of reconcilers) {
        for (const [kind, count] of queued()) {
          result.observe(count, { cluster, kind });
        }
      }
    },
  );
  return () => ends.forEach(end => end());
}
