import { ToolCallRecord } from '../../conversation/messages';
import { CheckOutcome, verdict } from '../Check';

/** Says whether enough calls of a tool, or of any, are as wanted. */
export function countResults(
  calls: readonly ToolCallRecord[],
  tool: string | undefined,
  wanted: number,
  matches: (call: ToolCallRecord) => boolean,
): CheckOutcome {
  const count = calls.filter(
    call => (!tool || call.name === tool) && matches(call),
  ).length;
  return verdict(count >= wanted, `${count} results match, expected ${wanted}`);
}
