import { BundleFault } from '../conversation/errors';
import {
  Feature,
  Session,
  SessionFeature,
} from '../conversation/SessionFeature';
import { MemoryStore } from './MemoryStore';
import { memoryTools } from './memoryTools';

/** A memory of its own for each conversation, filled with what its scenario seeds. */
export class MemoryFeature implements Feature {
  open({ scenario, quirks }: Session): SessionFeature {
    const store = new MemoryStore();
    for (const [index, seed] of (scenario.spec.seed_memories ?? []).entries()) {
      if (!seed.content) {
        throw new BundleFault(`seed_memories[${index}] has no content`);
      }
      store.remember({
        content: seed.content,
        type: seed.type,
        confidence: seed.confidence,
        metadata: seed.metadata ?? undefined,
      });
    }
    const tools = memoryTools(store, quirks);
    return { tools: () => tools };
  }
}
