import { CheckDefinition } from '../Check';
import { skillActivated } from './skillActivated';
import { skillActivationOrder } from './skillActivationOrder';
import { skillNotActivated } from './skillNotActivated';

export const skillChecks: readonly CheckDefinition[] = [
  skillActivated,
  skillNotActivated,
  skillActivationOrder,
];
