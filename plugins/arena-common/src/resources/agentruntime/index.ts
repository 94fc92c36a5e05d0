import { z } from 'zod/v4';
import { ArenaObject, ArenaObjectInput } from '../meta';
import { agentRuntimeSpecSchema } from './spec';
import { AGENT_RUNTIME_PHASES, agentRuntimeStatusSchema } from './status';

export {
  AGENT_RUNTIME_PHASES,
  agentRuntimeSpecSchema,
  agentRuntimeStatusSchema,
};

/** Spec of an admitted AgentRuntime: defaults are filled in. @public */
export type AgentRuntimeSpec = z.output<typeof agentRuntimeSpecSchema>;
/** Spec of an AgentRuntime as a caller writes it. @public */
export type AgentRuntimeSpecInput = z.input<typeof agentRuntimeSpecSchema>;
/** @public */
export type AgentRuntimeStatus = z.output<typeof agentRuntimeStatusSchema>;
/** @public */
export type AgentRuntimePhase = (typeof AGENT_RUNTIME_PHASES)[number];
/** @public */
export type AgentRuntime = ArenaObject<AgentRuntimeSpec, AgentRuntimeStatus>;
/** @public */
export type AgentRuntimeInput = ArenaObjectInput<AgentRuntimeSpecInput>;
