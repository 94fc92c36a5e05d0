const CHARACTERS = 8_000;

/** The end of what the backend has said, but for the requests that it has had. */
export function endOfLog(log) {
  return log
    .split('\n')
    .filter(line => !line.includes('incomingRequest'))
    .join('\n')
    .slice(-CHARACTERS);
}
