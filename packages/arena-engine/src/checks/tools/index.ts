import { CheckDefinition } from '../Check';
import { invariantFieldsPreserved } from './invariantFieldsPreserved';
import { noToolErrors } from './noToolErrors';
import { toolAntiPattern } from './toolAntiPattern';
import { toolArgs } from './toolArgs';
import { toolArgsExcludedSession } from './toolArgsExcludedSession';
import { toolArgsSession } from './toolArgsSession';
import { toolCallChain } from './toolCallChain';
import { toolCallCount } from './toolCallCount';
import { toolCallSequence } from './toolCallSequence';
import { toolCallsWithArgs } from './toolCallsWithArgs';
import { toolEfficiency } from './toolEfficiency';
import { toolExec } from './toolExec';
import { toolNoRepeat } from './toolNoRepeat';
import { toolResultHasMedia } from './toolResultHasMedia';
import { toolResultIncludes } from './toolResultIncludes';
import { toolResultMatches } from './toolResultMatches';
import { toolResultMediaType } from './toolResultMediaType';
import { toolsCalled } from './toolsCalled';
import { toolsCalledSession } from './toolsCalledSession';
import { toolsNotCalled } from './toolsNotCalled';
import { toolsNotCalledSession } from './toolsNotCalledSession';

export const toolChecks: readonly CheckDefinition[] = [
  toolsCalled,
  toolsNotCalled,
  toolsCalledSession,
  toolsNotCalledSession,
  toolArgs,
  toolArgsSession,
  toolArgsExcludedSession,
  toolCallsWithArgs,
  noToolErrors,
  toolCallCount,
  toolNoRepeat,
  toolEfficiency,
  toolResultIncludes,
  toolResultMatches,
  toolResultHasMedia,
  toolResultMediaType,
  toolCallSequence,
  toolCallChain,
  toolAntiPattern,
  invariantFieldsPreserved,
  toolExec,
];
