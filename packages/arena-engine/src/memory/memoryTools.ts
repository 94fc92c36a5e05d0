import { Quirks } from '../quirks/quirks';
import { ContractTool } from '../tools/ContractTool';
import { Tool } from '../tools/Tool';
import { ToolError } from '../tools/ToolHandler';
import { Memory, MemoryStore } from './MemoryStore';

const RECALL_LIMIT = 10;
const LIST_LIMIT = 50;

const TYPES = {
  type: 'array',
  items: { type: 'string' },
  description: 'Only memories of these types',
};

/** The tools by which a model works with its memory. */
export function memoryTools(store: MemoryStore, quirks: Quirks): Tool[] {
  const found = (memories: readonly Memory[]) => {
    // The original's list is null then, which its own schema refuses.
    if (memories.length === 0 && quirks.emptyRecallFails) {
      throw new ToolError('nothing was found: the list of memories is null');
    }
    return { value: { memories, count: memories.length } };
  };
  return [
    tool({
      name: 'memory__remember',
      description: 'Stores something worth remembering.',
      required: ['content'],
      properties: {
        content: { type: 'string', description: 'What to remember' },
        type: { type: 'string', description: 'Kind of memory' },
        confidence: { type: 'number', description: '0 to 1' },
        category: { type: 'string' },
        metadata: { type: 'object' },
      },
      handle: args => {
        const { id } = store.remember({
          content: String(args.content),
          type: text(args.type),
          confidence: number(args.confidence),
          metadata: {
            ...Object(args.metadata),
            ...(args.category ? { category: args.category } : {}),
          },
        });
        return { value: { status: 'remembered', id } };
      },
    }),
    tool({
      name: 'memory__recall',
      description: 'Finds memories that contain a text.',
      required: ['query'],
      properties: {
        query: { type: 'string', description: 'Text to look for' },
        types: TYPES,
        limit: { type: 'integer' },
        min_confidence: { type: 'number', description: '0 to 1' },
      },
      handle: args =>
        found(
          store
            .find({
              query: text(args.query),
              types: texts(args.types),
              minConfidence: number(args.min_confidence),
            })
            .slice(0, limit(args.limit, RECALL_LIMIT)),
        ),
    }),
    tool({
      name: 'memory__list',
      description: 'Lists memories.',
      required: [],
      properties: {
        types: TYPES,
        limit: { type: 'integer' },
        offset: { type: 'integer' },
      },
      handle: args => {
        const start = Math.max(0, number(args.offset) ?? 0);
        return found(
          store
            .find({ types: texts(args.types) })
            .slice(start, start + limit(args.limit, LIST_LIMIT)),
        );
      },
    }),
    tool({
      name: 'memory__forget',
      description: 'Deletes a memory.',
      required: ['memory_id'],
      properties: {
        memory_id: { type: 'string', description: 'Id of the memory' },
      },
      handle: args => {
        const id = String(args.memory_id);
        // What is not there is forgotten, too.
        store.forget(id);
        return { value: { status: 'forgotten', id } };
      },
    }),
  ];
}

function tool(spec: {
  name: string;
  description: string;
  required: string[];
  properties: Record<string, unknown>;
  handle: (args: Record<string, unknown>) => { value: unknown };
}): Tool {
  const { name, description, required, properties, handle } = spec;
  return new ContractTool({
    descriptor: {
      name,
      description,
      inputSchema: { type: 'object', properties, required },
    },
    handler: { handle },
  });
}

/** 0 and less count as not given. */
function limit(value: unknown, standard: number): number {
  return typeof value === 'number' && value > 0 ? value : standard;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function number(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

function texts(value: unknown): string[] {
  return Array.isArray(value)
    ? value.filter(entry => typeof entry === 'string')
    : [];
}
