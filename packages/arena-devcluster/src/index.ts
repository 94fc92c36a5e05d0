/**
 * Real servers for tests and demos.
 *
 * @packageDocumentation
 */
export {
  type AgentBehaviour,
  type AgentTurnControl,
  type ClientToolResult,
} from './agent/AgentSession';
export * from './agent/startAgent';
export * from './mockLlm/MockLlm';
export * from './mockLlm/startMockLlm';
export * from './postgres/startPostgres';
