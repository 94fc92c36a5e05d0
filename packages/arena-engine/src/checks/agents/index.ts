import { CheckDefinition } from '../Check';
import { agentInvoked } from './agentInvoked';
import { agentNotInvoked } from './agentNotInvoked';
import { agentResponseContains } from './agentResponseContains';

export const agentChecks: readonly CheckDefinition[] = [
  agentInvoked,
  agentNotInvoked,
  agentResponseContains,
];
