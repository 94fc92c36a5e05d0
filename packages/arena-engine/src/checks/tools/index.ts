import { CheckDefinition } from '../Check';
import { agentChecks } from './agents';
import { toolArgsChecks } from './args';
import { toolsCalledChecks } from './called';
import { toolCountChecks } from './counts';
import { toolExec } from './exec';
import { toolResultChecks } from './results';
import { toolSequenceChecks } from './sequences';

/** Checks of tool calls. */
export const toolCheckDefinitions: CheckDefinition[] = [
  ...toolsCalledChecks,
  ...toolArgsChecks,
  ...toolCountChecks,
  ...toolResultChecks,
  ...toolSequenceChecks,
  ...agentChecks,
  toolExec,
];
