/**
 * Sends a signal to a process that may have ended meanwhile.
 *
 * @param {number} pid
 * @param {NodeJS.Signals} signal
 * @returns {boolean} whether it was there
 */
export function signalIfThere(pid, signal) {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    if (error.code === 'ESRCH') return false;
    throw error;
  }
}
