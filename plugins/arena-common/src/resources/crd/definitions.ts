import { z } from 'zod/v4';
import {
  agentRuntimeSpecSchema,
  agentRuntimeStatusSchema,
} from '../agentruntime';
import { arenaConfigSpecSchema, arenaConfigStatusSchema } from '../arenaconfig';
import { arenaJobSpecSchema, arenaJobStatusSchema } from '../arenajob';
import { PINNED_FIELDS } from '../arenajob/pinnedFields';
import { arenaSourceSpecSchema, arenaSourceStatusSchema } from '../arenasource';
import { CelRule } from '../fields';
import { ArenaKind } from '../meta';
import { providerSpecSchema, providerStatusSchema } from '../provider';
import { referenceGrantSpecSchema } from '../referencegrant';
import {
  toolRegistrySpecSchema,
  toolRegistryStatusSchema,
} from '../toolregistry';

/**
 * Which of the two sets a CRD is of. Beside a real Omnia only `arena` is installed: Omnia brings those of `omnia` itself.
 *
 * @public
 */
export type CrdSet = 'arena' | 'omnia';

/** A column that `kubectl get` prints. @public */
export interface PrinterColumn {
  name: string;
  type: 'string' | 'integer' | 'date';
  description?: string;
  jsonPath: string;
  /** 1: only with `-o wide`. */
  priority?: number;
}

/** What the CRD of a kind is made of. @internal */
export interface KindDefinition {
  set: CrdSet;
  description: string;
  spec: z.ZodType;
  /** Absent: nothing is observed of its objects. */
  status?: z.ZodType;
  columns: PrinterColumn[];
  selectableFields?: string[];
  /** Rules at the root of the object, beside that on the length of its name. */
  rules?: readonly CelRule[];
  /** Longest name, where names go into labels and into the names of other objects. */
  maxNameLength?: number;
}

const AGE: PrinterColumn = {
  name: 'Age',
  type: 'date',
  jsonPath: '.metadata.creationTimestamp',
};

const PHASE: PrinterColumn = {
  name: 'Phase',
  type: 'string',
  jsonPath: '.status.phase',
};

const WIDE = { priority: 1 };

function column(
  name: string,
  jsonPath: string,
  options: Partial<PrinterColumn> = {},
): PrinterColumn {
  return { name, type: 'string', jsonPath, ...options };
}

/** Why the object is ready, or is not. */
const MESSAGE = column(
  'Message',
  '.status.conditions[?(@.type=="Ready")].message',
  WIDE,
);

/**
 * The worker Job is named after the ArenaJob with this suffix, and its pods carry that name as a label, which holds 63 characters.
 *
 * @public
 */
export const WORKER_JOB_SUFFIX = '-worker';

/** Longest value of a label in Kubernetes. @internal */
export const MAX_LABEL_LENGTH = 63;

/** @internal */
export const KIND_DEFINITIONS: Readonly<Record<ArenaKind, KindDefinition>> = {
  ArenaJob: {
    set: 'arena',
    description:
      'A test execution: runs the scenarios of a source against providers and agents.',
    spec: arenaJobSpecSchema,
    status: arenaJobStatusSchema,
    rules: PINNED_FIELDS,
    maxNameLength: MAX_LABEL_LENGTH - WORKER_JOB_SUFFIX.length,
    selectableFields: ['.spec.sourceRef.name', '.spec.type', '.status.phase'],
    columns: [
      column('Source', '.spec.sourceRef.name'),
      column('Type', '.spec.type'),
      PHASE,
      column('Passed', '.status.progress.completed', { type: 'integer' }),
      column('Failed', '.status.progress.failed', { type: 'integer' }),
      column('Total', '.status.progress.total', { type: 'integer' }),
      AGE,
      column(
        'Reason',
        '.status.conditions[?(@.type=="Progressing")].reason',
        WIDE,
      ),
      column('Workers', '.status.activeWorkers', { type: 'integer', ...WIDE }),
      column('Schedule', '.spec.schedule.cron', WIDE),
      column('Result', '.status.result.url', WIDE),
    ],
  },
  ArenaSource: {
    set: 'arena',
    description: 'Where a bundle of scenarios comes from.',
    spec: arenaSourceSpecSchema,
    status: arenaSourceStatusSchema,
    maxNameLength: MAX_LABEL_LENGTH,
    selectableFields: ['.spec.type', '.status.phase'],
    columns: [
      column('Type', '.spec.type'),
      PHASE,
      column('Revision', '.status.artifact.revision'),
      AGE,
      MESSAGE,
    ],
  },
  ArenaConfig: {
    set: 'arena',
    description: 'A source with settings that several jobs share.',
    spec: arenaConfigSpecSchema,
    status: arenaConfigStatusSchema,
    maxNameLength: MAX_LABEL_LENGTH,
    selectableFields: ['.spec.sourceRef.name', '.status.phase'],
    columns: [
      column('Source', '.spec.sourceRef.name'),
      PHASE,
      column('Scenarios', '.status.resolvedSource.scenarioCount', {
        type: 'integer',
      }),
      AGE,
      MESSAGE,
    ],
  },
  Provider: {
    set: 'omnia',
    description: 'A model and how to reach it.',
    spec: providerSpecSchema,
    status: providerStatusSchema,
    columns: [
      column('Type', '.spec.type'),
      column('Model', '.spec.model'),
      PHASE,
      AGE,
    ],
  },
  AgentRuntime: {
    set: 'omnia',
    description: 'An agent that runs and can be tested.',
    spec: agentRuntimeSpecSchema,
    status: agentRuntimeStatusSchema,
    columns: [PHASE, column('Endpoint', '.status.serviceEndpoint'), AGE],
  },
  ToolRegistry: {
    set: 'omnia',
    description: 'Tools and how to call them.',
    spec: toolRegistrySpecSchema,
    status: toolRegistryStatusSchema,
    columns: [
      column('Tools', '.status.discoveredToolsCount', { type: 'integer' }),
      PHASE,
      AGE,
    ],
  },
  ArenaReferenceGrant: {
    set: 'arena',
    description:
      'Lets jobs and configs of other namespaces use providers and tool registries of its own namespace.',
    spec: referenceGrantSpecSchema,
    columns: [column('From', '.spec.from'), column('To', '.spec.to'), AGE],
  },
};

/** The rules at the root of a kind: they speak of the name, or of spec and status together. @internal */
export function rootRules(definition: KindDefinition): CelRule[] {
  const { maxNameLength, rules = [] } = definition;
  return [
    ...(maxNameLength
      ? [
          {
            rule: `size(self.metadata.name) <= ${maxNameLength}`,
            message: `must be at most ${maxNameLength} characters long, to fit in the labels and names that are made of it`,
            fieldPath: '.metadata.name',
          },
        ]
      : []),
    ...rules,
  ];
}
