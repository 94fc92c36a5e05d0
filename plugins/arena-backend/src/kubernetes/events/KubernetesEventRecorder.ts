import { LoggerService } from '@backstage/backend-plugin-api';
import { stringifyError } from '@backstage/errors';
import { ArenaEvent, ArenaObject } from '@backstage-arena/plugin-arena-common';
import { EventRecorder } from '@backstage-arena/plugin-arena-node';
import { KubeConfig } from '@kubernetes/client-node';
import { hostname } from 'node:os';
import { Clock } from '../../time/Clock';
import { formatTimestamp } from '../../time/formatTimestamp';
import { Informer } from '../client/Informer';
import { KubeClient } from '../client/KubeClient';
import {
  isAlreadyExists,
  isConflict,
  isNamespaceTerminating,
  isNotFound,
  toStoreError,
} from '../client/kubeErrors';
import { KubeObject } from '../client/KubeObject';
import { listAll } from '../client/listAll';
import { EventCorrelator } from './EventCorrelator';
import { KubeEvent, toArenaEvent, toKubeEvent } from './kubeEvents';

const COMPONENT = 'backstage-arena';
const MAX_MESSAGE_LENGTH = 1_024;
const MAX_REASON_LENGTH = 128;
const MAX_ATTEMPTS = 5;
const MAX_KNOWN = 2_000;

export interface KubernetesEventRecorderOptions {
  kubeConfig: KubeConfig;
  cluster: string;
  clock: Clock;
  logger: LoggerService;
  /** Events about our objects; what it has need not be asked for. */
  events: Informer<KubeEvent>;
  /** Where events are looked for while the cache is empty; absent: everywhere. */
  namespaces?: readonly string[];
}

interface Occurrence {
  name: string;
  object: ArenaObject;
  type: 'Normal' | 'Warning';
  reason: string;
  message: string;
  at: string;
}

/**
 * Events as `kubectl describe` shows them.
 *
 * @remarks
 * The name of an event follows from what it says, so that every replica, also after a restart, counts the same one. Recording is best
 * effort, as everywhere in Kubernetes: an event that could not be written is logged, and what it tells of goes on.
 */
export class KubernetesEventRecorder implements EventRecorder {
  readonly #options: KubernetesEventRecorderOptions;
  readonly #client: KubeClient;
  readonly #correlator: EventCorrelator;
  /** Events written last, by path: counting them needs no reading. */
  readonly #known = new Map<string, KubeEvent>();

  constructor(options: KubernetesEventRecorderOptions) {
    this.#options = options;
    this.#client = KubeClient.for(options.kubeConfig);
    this.#correlator = new EventCorrelator(options);
  }

  async record(
    object: ArenaObject,
    event: { type: 'Normal' | 'Warning'; reason: string; message: string },
  ): Promise<void> {
    const { logger, clock } = this.#options;
    const { namespace, name, uid } = object.metadata;
    const reason = clip(event.reason, MAX_REASON_LENGTH);
    const what = `event ${reason} of ${object.kind} ${namespace}/${name}`;
    const correlated = this.#correlator.correlate(uid, { ...event, reason });
    if (!correlated) {
      logger.debug(`There were too many events to record: ${what}`);
      return;
    }
    try {
      await this.#write({
        name: `${name.slice(0, 230)}.${correlated.id}`,
        object,
        type: event.type,
        reason,
        message: clip(correlated.message, MAX_MESSAGE_LENGTH),
        at: formatTimestamp(clock.now()),
      });
    } catch (error) {
      const level = isNamespaceTerminating(error) ? 'debug' : 'warn';
      logger[level](`Could not record ${what}: ${stringifyError(error)}`);
    }
  }

  async list(object: {
    uid: string;
    namespace?: string;
  }): Promise<ArenaEvent[]> {
    const { events, namespaces = [''] } = this.#options;
    const { namespace } = object;
    const isKnown = (namespace === undefined ? namespaces : [namespace]).every(
      each => events.isSynced(each),
    );
    const found = isKnown
      ? events.list().filter(e => e.involvedObject.uid === object.uid)
      : await this.#ask(object);
    return found
      .map(toArenaEvent)
      .sort(
        (a, b) =>
          Date.parse(b.lastTimestamp) - Date.parse(a.lastTimestamp) ||
          Date.parse(b.firstTimestamp) - Date.parse(a.firstTimestamp),
      );
  }

  async #ask(object: {
    uid: string;
    namespace?: string;
  }): Promise<KubeEvent[]> {
    const { cluster } = this.#options;
    const namespaces = object.namespace
      ? [object.namespace]
      : this.#options.namespaces ?? [undefined];
    try {
      const lists = await Promise.all(
        namespaces.map(namespace =>
          listAll(this.#client, {
            path: pathOf(namespace),
            fieldSelector: `involvedObject.uid=${object.uid}`,
            pageSize: 500,
          }),
        ),
      );
      return lists.flatMap(({ items }) => items.map(toKubeEvent));
    } catch (error) {
      throw toStoreError(error, cluster);
    }
  }

  async #write(occurrence: Occurrence): Promise<void> {
    const path = pathOf(occurrence.object.metadata.namespace, occurrence.name);
    let known = this.#known.get(path);
    for (let attempt = 1; ; attempt++) {
      try {
        const written = known
          ? await this.#count(path, known, occurrence)
          : await this.#create(occurrence);
        this.#remember(path, written);
        return;
      } catch (error) {
        const again =
          isNotFound(error) || isAlreadyExists(error) || isConflict(error);
        if (!again || attempt === MAX_ATTEMPTS) throw error;
        // It expired, or another replica counted it.
        known = await this.#read(path);
      }
    }
  }

  #remember(path: string, event: KubeEvent): void {
    this.#known.delete(path);
    this.#known.set(path, event);
    const [oldest] = this.#known.keys();
    if (this.#known.size > MAX_KNOWN) this.#known.delete(oldest);
    this.#options.events.note(event);
  }

  async #read(path: string): Promise<KubeEvent | undefined> {
    try {
      return await this.#send({ path });
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  #create(occurrence: Occurrence): Promise<KubeEvent> {
    const { object, name, type, reason, message, at } = occurrence;
    const { apiVersion, kind, metadata } = object;
    const { namespace, uid, resourceVersion } = metadata;
    const host = hostname();
    return this.#send({
      method: 'POST',
      path: pathOf(namespace),
      body: {
        apiVersion: 'v1',
        kind: 'Event',
        metadata: { name, namespace },
        involvedObject: {
          apiVersion,
          kind,
          namespace,
          name: metadata.name,
          uid,
          resourceVersion,
        },
        type,
        reason,
        message,
        count: 1,
        firstTimestamp: at,
        lastTimestamp: at,
        source: { component: COMPONENT, host },
        reportingComponent: COMPONENT,
        reportingInstance: host,
      },
    });
  }

  #count(
    path: string,
    known: KubeEvent,
    { message, at }: Occurrence,
  ): Promise<KubeEvent> {
    return this.#send({
      method: 'PATCH',
      path,
      contentType: 'application/merge-patch+json',
      body: {
        // Another replica may have counted meanwhile.
        metadata: { resourceVersion: known.metadata.resourceVersion },
        count: (known.count ?? 1) + 1,
        message,
        lastTimestamp: at,
      },
    });
  }

  async #send(
    request: Parameters<KubeClient['request']>[0],
  ): Promise<KubeEvent> {
    const { body } = await this.#client.request(request);
    return toKubeEvent(body as KubeObject);
  }
}

function pathOf(namespace: string | undefined, name?: string): string {
  const scope = namespace ? `/namespaces/${namespace}` : '';
  return `/api/v1${scope}/events${name ? `/${name}` : ''}`;
}

function clip(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}
