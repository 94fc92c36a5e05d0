/**
 * The Arena worker process and the `arena` command line.
 *
 * @packageDocumentation
 */
export { main } from './main';
export type {
  PlanRunFailure,
  PlanRunOptions,
  PlanRunReply,
  PlanRunRequest,
  PlanRunSuccess,
} from './plan/protocol';
