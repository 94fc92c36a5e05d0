import { JudgeRequest } from '../checks/Check';
import { BundleFault } from '../conversation/errors';
import { RoleCall } from '../conversation/RoleCalls';
import { RoleProviders } from './RoleProviders';

/** A verdict is short. */
const MAX_TOKENS = 1_024;

/** Puts a question to a judge and returns what it said. The same question should get the same answer: temperature 0. */
export async function askJudge(
  roles: RoleProviders,
  request: JudgeRequest,
  call: RoleCall,
): Promise<string> {
  const judge = await roles.judge(request.name);
  if (!judge) {
    throw new BundleFault(
      `Judge "${
        request.name
      }" does not exist: allowed are ${roles.judgeNames.join(', ')}`,
    );
  }
  const speaksJson = judge.entry.spec.capabilities?.includes('json') ?? false;
  const reply = await call(judge.provider, {
    system: request.system,
    messages: [{ role: 'user', content: request.text, turn: 0 }],
    tools: [],
    toolChoice: 'none',
    sampling: { temperature: 0, maxTokens: MAX_TOKENS },
    stream: false,
    ...(speaksJson ? { responseFormat: { type: 'json_object' as const } } : {}),
  });
  return reply.content;
}
