import { CompositionView } from '../checks/Check';
import { ConversationMessage } from '../conversation/messages';
import { goJson } from '../text/goText';
import { isTextTooDeep } from '../text/jsonDepth';
import { CompositionRun } from './CompositionRun';
import { mayRetryStep, StepCalls, StepCallsOptions } from './StepCalls';

/**
 * Runs a composition as one turn.
 *
 * @param text - what the user said; JSON objects and lists are read, so that references reach into them
 * @returns The reply, and what checks see of the steps.
 * @throws CompositionFault when a step fails, ProviderError, LimitReached.
 */
export async function playComposition(
  text: string,
  options: StepCallsOptions,
): Promise<{
  reply: Omit<ConversationMessage, 'turn'>;
  view: CompositionView;
}> {
  const { composition, conversation } = options;
  const { signal } = conversation.options;
  const start = performance.now();
  const calls = new StepCalls(options);
  const view = await new CompositionRun({
    composition,
    input: inputOf(text),
    runLeaf: calls.run,
    mayRetry: error => !signal.aborted && mayRetryStep(error),
  }).run();
  return {
    view,
    reply: {
      role: 'assistant',
      content: goJson(view.output),
      ...calls.use,
      ...(calls.firings.length > 0 ? { firings: calls.firings } : {}),
      finishReason: 'stop',
      latencyMs: performance.now() - start,
    },
  };
}

function inputOf(text: string): unknown {
  if (!/^\s*[[{]/.test(text) || isTextTooDeep(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
