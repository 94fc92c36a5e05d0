import { CheckDefinition } from '../Check';
import { directional } from './directional';
import { outcomeEquivalent } from './outcomeEquivalent';

export const outcomeChecks: readonly CheckDefinition[] = [
  outcomeEquivalent,
  directional,
];
