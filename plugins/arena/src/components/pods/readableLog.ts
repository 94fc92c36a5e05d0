/** Fields that are the same in every line of a pod. */
const SAID_ELSEWHERE = ['runId', 'workerId'];

/** Makes lines of JSON, as workers write them, readable: time, level, message, the rest as `key=value`. Other lines stay as they are. */
export function readableLog(text: string): string {
  return text.split('\n').map(readableLine).join('\n');
}

function readableLine(line: string): string {
  if (!line.startsWith('{')) return line;
  let entry: unknown;
  try {
    entry = JSON.parse(line);
  } catch {
    return line;
  }
  if (typeof entry !== 'object' || entry === null) return line;
  const { timestamp, level, message, ...rest } = Object.fromEntries(
    Object.entries(entry),
  );
  if (typeof message !== 'string') return line;
  const fields = Object.entries(rest)
    .filter(([key]) => !SAID_ELSEWHERE.includes(key))
    .map(([key, value]) => `${key}=${valueOf(value)}`);
  return [
    ...(typeof timestamp === 'string' ? [timestamp] : []),
    ...(typeof level === 'string' ? [level.toUpperCase().padEnd(5)] : []),
    message,
    ...fields,
  ].join(' ');
}

function valueOf(value: unknown): string {
  return typeof value === 'string' && !/[\s"=]/.test(value)
    ? value
    : JSON.stringify(value);
}
