import { createHash } from 'node:crypto';
import { Clock } from '../../time/Clock';

/** As the clients of Kubernetes do it: 25 events of an object at once, then one in five minutes. */
const BURST = 25;
const REFILL_MS = 5 * 60_000;
/** More than ten messages of one reason within ten minutes become one event. */
const MAX_SIMILAR = 10;
const SIMILAR_WINDOW_MS = 10 * 60_000;
const MAX_OBJECTS = 4_096;

interface ObjectMemory {
  tokens: number;
  refilledAt: number;
  /** Type and reason -> when each message was last seen. */
  similar: Map<string, Map<string, number>>;
}

/** What is to be recorded of an event. */
export interface CorrelatedEvent {
  /** The same for occurrences that are counted together. */
  id: string;
  message: string;
}

/**
 * Decides which occurrences are one event, and which are too many: events lie in the same store as everything else of a cluster, and
 * must not crowd it out.
 */
export class EventCorrelator {
  readonly #clock: Clock;
  readonly #objects = new Map<string, ObjectMemory>();

  constructor(options: { clock: Clock }) {
    this.#clock = options.clock;
  }

  /** Undefined when there were too many events of the object. */
  correlate(
    uid: string,
    event: { type: string; reason: string; message: string },
  ): CorrelatedEvent | undefined {
    const memory = this.#recall(uid);
    const { type, reason } = event;
    const group = JSON.stringify([type, reason]);
    const combined = this.#isOneOfMany(memory, group, event.message);
    if (!this.#takeToken(memory)) return undefined;
    const identity = combined ? [uid, group] : [uid, group, event.message];
    return {
      id: createHash('sha256')
        .update(JSON.stringify(identity))
        .digest('hex')
        .slice(0, 16),
      message: combined
        ? `(combined from similar events): ${event.message}`
        : event.message,
    };
  }

  #recall(uid: string): ObjectMemory {
    const now = this.#clock.now().getTime();
    const memory = this.#objects.get(uid) ?? {
      tokens: BURST,
      refilledAt: now,
      similar: new Map(),
    };
    // The last used are the last to be forgotten.
    this.#objects.delete(uid);
    this.#objects.set(uid, memory);
    const [oldest] = this.#objects.keys();
    if (this.#objects.size > MAX_OBJECTS) this.#objects.delete(oldest);
    return memory;
  }

  #takeToken(memory: ObjectMemory): boolean {
    const now = this.#clock.now().getTime();
    // A clock that was set back refills nothing.
    const gained = Math.max(0, now - memory.refilledAt) / REFILL_MS;
    memory.tokens = Math.min(BURST, memory.tokens + gained);
    memory.refilledAt = now;
    if (memory.tokens < 1) return false;
    memory.tokens -= 1;
    return true;
  }

  #isOneOfMany(memory: ObjectMemory, group: string, message: string): boolean {
    const now = this.#clock.now().getTime();
    const messages = memory.similar.get(group) ?? new Map<string, number>();
    memory.similar.set(group, messages);
    for (const [text, seenAt] of messages) {
      if (now - seenAt > SIMILAR_WINDOW_MS) messages.delete(text);
    }
    const isKnown = messages.has(message);
    if (!isKnown && messages.size >= MAX_SIMILAR) return true;
    messages.set(message, now);
    return false;
  }
}
