import {
  ObjectKey,
  Provider,
  ProviderPhase,
  ProviderStatus,
} from '@backstage-arena/plugin-arena-common';
import {
  EventRecorder,
  ResourceStore,
} from '@backstage-arena/plugin-arena-node';
import { CredentialLookup, SecretReader } from '../planning/credentials';
import {
  findCondition,
  Observation,
  withConditions,
} from '../reconciler/conditions';
import { Controller, ReconcileResult } from '../reconciler/Controller';
import { getOrUndefined } from '../reconciler/getOrUndefined';
import { RecentLooks } from '../reconciler/RecentLooks';
import { StatusWriter } from '../reconciler/StatusWriter';
import { Clock } from '../time/Clock';
import { formatTimestamp } from '../time/formatTimestamp';
import { PROBE_TIMEOUT_MS, Web } from '../web/Web';

/** Options of a {@link ProviderController}. */
export interface ProviderControllerOptions {
  store: ResourceStore;
  events: EventRecorder;
  secrets: SecretReader;
  web: Web;
  clock: Clock;
}

const INTERVAL_MS = 60_000;
const MISSING_INTERVAL_MS = 15_000;

/**
 * Says of each Provider whether its credential is found and its own server answers. It makes no call that could cost money, so it cannot
 * know whether the credential is accepted.
 */
export class ProviderController implements Controller {
  readonly kind = 'Provider' as const;
  private readonly options: ProviderControllerOptions;
  private readonly statuses: StatusWriter;
  /** Why the server was not reached, if it was not. */
  private readonly looks: RecentLooks<string | undefined>;

  constructor(options: ProviderControllerOptions) {
    this.options = options;
    this.looks = new RecentLooks(options.clock);
    this.statuses = new StatusWriter(options.store);
  }

  async reconcile(key: ObjectKey): Promise<ReconcileResult> {
    const { store, events, secrets, clock } = this.options;
    const provider = await getOrUndefined<Provider>(store, 'Provider', key);
    if (!provider || provider.metadata.deletionTimestamp) {
      this.looks.forget(key);
      return {};
    }

    const credential = await secrets.find(provider);
    const probe = await this.probe(provider);
    const failure = probe?.found;
    const now = clock.now();
    const { generation } = provider.metadata;
    const phase = phaseOf(credential, failure);
    const conditions = withConditions(
      provider.status?.conditions,
      [
        ...observeCredential(credential, failure),
        ...(probe ? [observeEndpoint(failure)] : []),
      ],
      { now, generation },
    );
    const changed =
      provider.status?.phase !== phase ||
      provider.status.observedGeneration !== generation;
    const status: ProviderStatus = {
      ...provider.status,
      phase,
      observedGeneration: generation,
      conditions,
      lastValidatedAt: changed
        ? formatTimestamp(now)
        : provider.status?.lastValidatedAt,
    };
    const { written } = await this.statuses.write(provider, status);
    if (written && changed && phase !== 'Ready') {
      const ready = findCondition(conditions, 'Ready');
      await events.record(provider, {
        type: 'Warning',
        reason: ready?.reason ?? phase,
        message: ready?.message ?? '',
      });
    }
    // Nothing tells when a Secret comes or goes.
    const again =
      credential.state === 'missing' ? MISSING_INTERVAL_MS : probe?.dueInMs;
    return again === undefined ? {} : { requeueAfterMs: again };
  }

  async stepDown(): Promise<void> {
    this.looks.clear();
  }

  /** What is known of the server; undefined when the provider has none of its own. */
  private async probe(
    provider: Provider,
  ): Promise<{ found: string | undefined; dueInMs: number } | undefined> {
    const { baseURL, type } = provider.spec;
    if (baseURL === undefined || type === 'mock') return undefined;
    const recent = this.looks.find(provider, INTERVAL_MS);
    if (recent) return recent;
    const found = await this.options.web.probe(baseURL, {
      timeoutMs: PROBE_TIMEOUT_MS,
    });
    this.looks.keep(provider, found);
    return { found, dueInMs: INTERVAL_MS };
  }
}

function phaseOf(
  credential: CredentialLookup,
  failure: string | undefined,
): ProviderPhase {
  if (credential.state === 'missing') return 'Error';
  return failure ? 'Unavailable' : 'Ready';
}

function observeEndpoint(failure: string | undefined): Observation {
  const type = 'EndpointReachable';
  return failure
    ? { type, status: 'False', reason: 'EndpointUnreachable', message: failure }
    : {
        type,
        status: 'True',
        reason: 'EndpointReachable',
        message: 'spec.baseURL answers',
      };
}

function observeCredential(
  credential: CredentialLookup,
  failure: string | undefined,
): Observation[] {
  if (credential.state === 'missing') {
    const { reason, message } = credential;
    const fault = { status: 'False' as const, reason, message };
    return [
      { type: 'SecretFound', ...fault },
      { type: 'CredentialConfigured', ...fault },
      { type: 'Ready', ...fault },
    ];
  }
  const found = credential.state === 'found';
  const message = found
    ? 'The credential was found'
    : 'This provider needs no credential';
  return [
    {
      type: 'SecretFound',
      status: found ? 'True' : 'Unknown',
      reason: credential.reason,
      message,
    },
    {
      type: 'CredentialConfigured',
      status: 'True',
      reason: credential.reason,
      message,
    },
    failure
      ? { ...observeEndpoint(failure), type: 'Ready' }
      : { type: 'Ready', status: 'True', reason: 'Ready', message },
  ];
}
