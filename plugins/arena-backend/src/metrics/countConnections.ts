import { MetricsService } from '@backstage/backend-plugin-api/alpha';

/** Counts the live streams of this replica. */
export function countConnections(
  metrics: MetricsService,
): (change: 1 | -1) => void {
  const connections = metrics.createUpDownCounter('arena.stream.connections', {
    description: 'Live streams to browsers that are open on this replica',
    unit: '{connection}',
  });
  connections.add(0);
  return change => connections.add(change);
}
