import badges from '../shared/badges.module.css';

const TONES: Record<string, string> = {
  Pending: 'Pending',
  Running: 'Running',
  Succeeded: 'Succeeded',
  Failed: 'Failed',
  Terminating: 'Cancelled',
};

/** Phase of a pod, in the words of Kubernetes. */
export function PodPhase(props: { phase: string }) {
  return (
    <span className={badges.badge} data-tone={TONES[props.phase] ?? 'Pending'}>
      {props.phase}
    </span>
  );
}
