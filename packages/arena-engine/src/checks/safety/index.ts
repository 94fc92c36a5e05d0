import { CheckDefinition } from '../Check';
import { bias } from './bias';
import { piiLeakage } from './piiLeakage';
import { roleViolation } from './roleViolation';
import { toxicity } from './toxicity';

export const safetyChecks: readonly CheckDefinition[] = [
  bias,
  toxicity,
  roleViolation,
  piiLeakage,
];
