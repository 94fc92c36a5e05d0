/**
 * The Arena worker process and the `arena` command line.
 *
 * @packageDocumentation
 */
export { main } from './main';
export type {
  PlanRunDescription,
  PlanRunFailure,
  PlanRunOptions,
  PlanRunReply,
  PlanRunRequest,
  PlanRunSuccess,
} from './plan/protocol';
