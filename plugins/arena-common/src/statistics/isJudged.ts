import { ItemStatus } from '../runs';

/**
 * True when an item has a verdict. An errored item without an error of its own ended early by a verdict: so the original engine
 * counts failed checks of a turn.
 *
 * @public
 */
export function isJudged(item: {
  status: ItemStatus;
  error?: object;
}): boolean {
  return item.status !== 'errored' || item.error === undefined;
}
