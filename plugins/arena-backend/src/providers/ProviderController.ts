import {
  ObjectKey,
  Provider,
  ProviderStatus,
} from '@backstage-arena/plugin-arena-common';
import {
  EventRecorder,
  ResourceStore,
} from '@backstage-arena/plugin-arena-node';
import { CredentialLookup, SecretReader } from '../planning/credentials';
import { Observation, withConditions } from '../reconciler/conditions';
import { Controller } from '../reconciler/Controller';
import { getOrUndefined } from '../reconciler/getOrUndefined';
import { StatusWriter } from '../reconciler/StatusWriter';
import { Clock } from '../time/Clock';
import { formatTimestamp } from '../time/formatTimestamp';

/** Options of a {@link ProviderController}. */
export interface ProviderControllerOptions {
  store: ResourceStore;
  events: EventRecorder;
  secrets: SecretReader;
  clock: Clock;
}

/** Says of each Provider whether its credential is found. It makes no call, so it cannot know whether the credential is accepted. */
export class ProviderController implements Controller {
  readonly kind = 'Provider' as const;
  private readonly options: ProviderControllerOptions;
  private readonly statuses: StatusWriter;

  constructor(options: ProviderControllerOptions) {
    this.options = options;
    this.statuses = new StatusWriter(options.store);
  }

  async reconcile(key: ObjectKey): Promise<void> {
    const { store, events, secrets, clock } = this.options;
    const provider = await getOrUndefined<Provider>(store, 'Provider', key);
    if (!provider || provider.metadata.deletionTimestamp) return;

    const credential = secrets.find(provider);
    const now = clock.now();
    const { generation } = provider.metadata;
    const phase = credential.state === 'missing' ? 'Error' : 'Ready';
    const conditions = withConditions(
      provider.status?.conditions,
      observeCredential(credential),
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
    if (written && credential.state === 'missing') {
      await events.record(provider, {
        type: 'Warning',
        reason: credential.reason,
        message: credential.message,
      });
    }
  }
}

function observeCredential(credential: CredentialLookup): Observation[] {
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
    { type: 'Ready', status: 'True', reason: 'Ready', message },
  ];
}
