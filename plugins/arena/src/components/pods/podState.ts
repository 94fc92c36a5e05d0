import type { PodFetchResponse } from '@backstage/plugin-kubernetes-common';

/** A pod as the Kubernetes plugin hands it out. */
export type Pod = PodFetchResponse['resources'][number];

/** What there is to say of a pod in a line. */
export interface PodState {
  /** Phase of Kubernetes, or `Terminating`. */
  phase: string;
  restarts: number;
  node: string | undefined;
  /** Why it is as it is, when there is more to say than the phase does. */
  reason: string | undefined;
  message: string | undefined;
}

/** The most telling of what a pod says of itself: what the pod as a whole ran into, then a container, then the scheduler. */
export function podStateOf(pod: Pod): PodState {
  const { status = {}, spec, metadata } = pod;
  const containers = [
    ...(status.initContainerStatuses ?? []),
    ...(status.containerStatuses ?? []),
  ];
  const phase = metadata?.deletionTimestamp
    ? 'Terminating'
    : status.phase ?? 'Unknown';
  const why =
    reasonOf(status) ??
    containers
      .map(({ state, lastState }) => whyOfContainer(state ?? lastState ?? {}))
      .find(Boolean) ??
    (status.conditions ?? [])
      .filter(({ status: is, reason }) => is === 'False' && reason)
      .filter(({ type }) => type === 'PodScheduled')
      .map(reasonOf)
      .find(Boolean);
  return {
    phase,
    restarts: containers.reduce((sum, one) => sum + one.restartCount, 0),
    node: spec?.nodeName,
    reason: why?.reason,
    message: why?.message,
  };
}

/** Names of the containers whose logs can be read. */
export function containersOf(pod: Pod): string[] {
  const { initContainers = [], containers = [] } = pod.spec ?? {};
  return [...containers, ...initContainers].map(({ name }) => name);
}

/** True as long as its logs may grow. */
export function isAlive(pod: Pod): boolean {
  return !['Succeeded', 'Failed'].includes(pod.status?.phase ?? '');
}

type Why = { reason: string; message?: string };
type ContainerStatus = NonNullable<
  NonNullable<Pod['status']>['containerStatuses']
>[number];

function reasonOf(said: {
  reason?: string;
  message?: string;
}): Why | undefined {
  return said.reason
    ? { reason: said.reason, message: said.message }
    : undefined;
}

function whyOfContainer(
  state: NonNullable<ContainerStatus['state']>,
): Why | undefined {
  if (state.waiting) return reasonOf(state.waiting);
  const ended = state.terminated;
  // That it is completed is what its phase says.
  if (!ended || ended.exitCode === 0) return undefined;
  return {
    reason: ended.reason ?? 'Error',
    message: [
      `exit code ${ended.exitCode}`,
      ...(ended.message ? [ended.message] : []),
    ].join(': '),
  };
}
