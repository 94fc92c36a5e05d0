/**
 * Does all of it, the last first, whatever goes wrong.
 *
 * @param {Array<{ what: string, run: () => unknown }>} steps - is empty afterwards
 * @returns {Promise<string[]>} what went wrong
 */
export async function cleanUp(steps) {
  const faults = [];
  for (const { what, run } of steps.splice(0).reverse()) {
    try {
      await run();
    } catch (error) {
      faults.push(`${what}: ${error.stack}`);
    }
  }
  return faults;
}
