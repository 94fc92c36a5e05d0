import { WorkerTrouble } from '@backstage-arena/plugin-arena-node';
import { z } from 'zod/v4';
import { KubeClient } from '../client/KubeClient';
import { Diagnosis } from './diagnose';

const eventsSchema = z.object({
  items: z.array(
    z.object({
      reason: z.string().optional(),
      message: z.string().optional(),
      lastTimestamp: z.string().nullish(),
      eventTime: z.string().nullish(),
      series: z.object({ lastObservedTime: z.string().nullish() }).nullish(),
    }),
  ),
});

/** An object whose events are asked for. */
export interface EventSubject {
  namespace: string;
  uid: string;
}

type Told = WorkerTrouble & { severity: Diagnosis['severity'] };

interface Answer {
  told: Promise<Told | undefined>;
  askedAt: number;
}

const MAX_SUBJECTS = 1_000;

/** Events that say why a pod is not there, or does not start. Read only while it is missed, each subject at most every few seconds. */
export class WarningEvents {
  private readonly answers = new Map<string, Answer>();

  constructor(
    private readonly client: Pick<KubeClient, 'request'>,
    private readonly intervalMs = 3_000,
  ) {}

  /** The newest warning of a kind that is understood, not older than the given time. */
  async newest(subject: EventSubject, since: Date): Promise<Told | undefined> {
    const known = this.answers.get(subject.uid);
    if (known && performance.now() - known.askedAt < this.intervalMs) {
      return known.told;
    }
    const answer = {
      told: this.ask(subject, since),
      askedAt: performance.now(),
    };
    this.answers.delete(subject.uid);
    this.answers.set(subject.uid, answer);
    if (this.answers.size > MAX_SUBJECTS) {
      const [oldest] = this.answers.keys();
      this.answers.delete(oldest);
    }
    answer.told.catch(() => this.answers.delete(subject.uid));
    return answer.told;
  }

  private async ask(
    { namespace, uid }: EventSubject,
    since: Date,
  ): Promise<Told | undefined> {
    const { body } = await this.client.request({
      path: `/api/v1/namespaces/${namespace}/events`,
      query: {
        fieldSelector: `involvedObject.uid=${uid},type=Warning`,
        limit: 100,
      },
    });
    let newest: { told: Told; at: number } | undefined;
    for (const event of eventsSchema.parse(body).items) {
      const told = understand(event.reason, event.message ?? '');
      const at = Date.parse(
        event.series?.lastObservedTime ??
          event.lastTimestamp ??
          event.eventTime ??
          '',
      );
      if (!told || !(at >= since.getTime())) continue;
      if (!newest || at >= newest.at) newest = { told, at };
    }
    return newest?.told;
  }
}

function understand(
  reason: string | undefined,
  message: string,
): Told | undefined {
  const said = message.replace(/^Error creating: /, '');
  switch (reason) {
    case 'FailedCreate':
      return { ...creationProblem(said) };
    case 'FailedMount':
    case 'FailedAttachVolume':
      return {
        reason,
        message: `Worker pods wait for a volume: ${said}`,
        severity: 'stuck',
      };
    case 'FailedCreatePodSandBox':
      return {
        reason,
        message: `Worker pods cannot be set up on their node: ${said}`,
        severity: 'passing',
      };
    default:
      return undefined;
  }
}

/** Why the API server refuses pods of a Job. */
export function creationProblem(message: string): Told {
  const told = `Worker pods are refused: ${stable(message)}`;
  if (/exceeded quota/.test(message)) {
    return { reason: 'QuotaExceeded', message: told, severity: 'passing' };
  }
  if (/violates PodSecurity/.test(message)) {
    return { reason: 'PodSecurityViolation', message: told, severity: 'stuck' };
  }
  if (/service account|serviceaccount/i.test(message)) {
    return {
      reason: 'ServiceAccountNotFound',
      message: told,
      severity: 'stuck',
    };
  }
  if (/admission webhook/.test(message)) {
    return { reason: 'AdmissionDenied', message: told, severity: 'stuck' };
  }
  return { reason: 'PodsNotCreated', message: told, severity: 'stuck' };
}

/** Without the names that are made up anew for each attempt. */
function stable(message: string): string {
  return message.replace(/^pods "[^"]*" is forbidden: /, '');
}
