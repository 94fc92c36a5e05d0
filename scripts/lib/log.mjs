const started = Date.now();

/** Says what is being done, with the seconds since the command began. */
export function say(message) {
  const seconds = ((Date.now() - started) / 1000).toFixed(0).padStart(4);
  process.stdout.write(`[${seconds} s] ${message}\n`);
}
