import {
  ARENA_API_VERSION,
  ArenaEvent,
  ArenaKind,
} from '@backstage-arena/plugin-arena-common';
import { z } from 'zod/v4';
import { KubeObject } from '../client/KubeObject';

/** Selects the events about our objects among all of a cluster. */
export const ARENA_EVENTS_SELECTOR = `involvedObject.apiVersion=${ARENA_API_VERSION}`;

const eventSchema = z.object({
  metadata: z.object({
    name: z.string(),
    namespace: z.string(),
    uid: z.string(),
    resourceVersion: z.string(),
    creationTimestamp: z.string(),
  }),
  involvedObject: z.object({
    kind: z.string().default(''),
    namespace: z.string().default(''),
    name: z.string().default(''),
    uid: z.string().default(''),
  }),
  type: z.string().nullish(),
  reason: z.string().nullish(),
  message: z.string().nullish(),
  count: z.number().nullish(),
  firstTimestamp: z.string().nullish(),
  lastTimestamp: z.string().nullish(),
  eventTime: z.string().nullish(),
  series: z
    .object({
      count: z.number().nullish(),
      lastObservedTime: z.string().nullish(),
    })
    .nullish(),
});

/** An `Event` of core/v1 as far as it matters here. */
export type KubeEvent = KubeObject & z.output<typeof eventSchema>;

/** @throws ZodError for what is no event */
export function toKubeEvent(object: KubeObject): KubeEvent {
  return eventSchema.parse(object);
}

/** Seconds are all that the API shows; newer recorders write microseconds. */
function seconds(time: string): string {
  return time.replace(/\.\d+Z$/, 'Z');
}

/** As the portal shows it, whoever recorded it and in whichever form. */
export function toArenaEvent(event: KubeEvent): ArenaEvent {
  const { metadata, involvedObject, series } = event;
  const first =
    event.firstTimestamp ?? event.eventTime ?? metadata.creationTimestamp;
  const last = series?.lastObservedTime ?? event.lastTimestamp ?? first;
  return {
    id: metadata.uid,
    type: event.type === 'Warning' ? 'Warning' : 'Normal',
    reason: event.reason ?? '',
    message: event.message ?? '',
    count: series?.count ?? event.count ?? 1,
    firstTimestamp: seconds(first),
    lastTimestamp: seconds(last),
    involvedObject: {
      ...involvedObject,
      // They were selected by the API group of these kinds.
      kind: involvedObject.kind as ArenaKind,
    },
  };
}
