import { CheckDefinition } from '../Check';
import { guardrailTriggered } from './guardrailTriggered';

export const guardrailChecks: readonly CheckDefinition[] = [guardrailTriggered];
