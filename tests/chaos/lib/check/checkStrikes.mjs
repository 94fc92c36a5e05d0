/** Whoever works so long after a fault has asked the backend for something meanwhile. */
const ASKS_MS = 3_000;
/** Some that were begun before may come that late. */
const FEW_CALLS = 20;

/** A fault that waits for what workers ask came to something, when they went on working. */
export function checkStrikes({ accounts, strikes }) {
  const calls = accounts.flatMap(one =>
    // What a load test asks for is of its own kind.
    one.workload.kind === 'loadtest' ? [] : one.calls,
  );
  return strikes
    .filter(({ kind, effect }) => kind === 'lose-answers' && effect === 0)
    .map(
      ({ to }) =>
        calls.filter(({ receivedAt }) => receivedAt > to + ASKS_MS).length,
    )
    .filter(count => count > FEW_CALLS)
    .map(
      count =>
        `lose-answers: no answer was lost, and workers went on to make ${count} calls`,
    );
}
