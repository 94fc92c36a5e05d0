import { CheckDefinition } from '../Check';
import { spokeInState } from './spokeInState';
import { stateIs } from './stateIs';
import { transitionedTo } from './transitionedTo';
import { workflowComplete } from './workflowComplete';
import { workflowToolAccess } from './workflowToolAccess';
import { workflowTransitionOrder } from './workflowTransitionOrder';

export const workflowChecks: readonly CheckDefinition[] = [
  stateIs,
  transitionedTo,
  workflowComplete,
  workflowTransitionOrder,
  workflowToolAccess,
  spokeInState,
];
