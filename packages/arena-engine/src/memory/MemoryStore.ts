import { lowerCase } from '../text/goText';

export interface Memory {
  id: string;
  content: string;
  type: string;
  /** 0 to 1. */
  confidence: number;
  metadata?: Record<string, unknown>;
}

const DEFAULT_TYPE = 'general';
const DEFAULT_CONFIDENCE = 0.8;

/** What one conversation remembers. */
export class MemoryStore {
  private readonly memories = new Map<string, Memory>();
  private count = 0;

  /** @param given - an empty type and a confidence of 0 count as not given */
  remember(
    given: Pick<Memory, 'content'> &
      Partial<Pick<Memory, 'type' | 'confidence' | 'metadata'>>,
  ): Memory {
    this.count += 1;
    const memory: Memory = {
      id: `mem_${this.count}`,
      content: given.content,
      type: given.type || DEFAULT_TYPE,
      confidence: given.confidence || DEFAULT_CONFIDENCE,
      ...(given.metadata && Object.keys(given.metadata).length > 0
        ? { metadata: given.metadata }
        : {}),
    };
    this.memories.set(memory.id, memory);
    return memory;
  }

  /** Memories that contain a text, whatever its case, in the order in which they were made. */
  find(options: {
    query?: string;
    types?: readonly string[];
    minConfidence?: number;
  }): Memory[] {
    const query = lowerCase(options.query ?? '');
    const { types = [], minConfidence = 0 } = options;
    return [...this.memories.values()].filter(
      ({ content, type, confidence }) =>
        lowerCase(content).includes(query) &&
        (types.length === 0 || types.includes(type)) &&
        confidence >= minConfidence,
    );
  }

  /** @returns False when there was none. */
  forget(id: string): boolean {
    return this.memories.delete(id);
  }
}
