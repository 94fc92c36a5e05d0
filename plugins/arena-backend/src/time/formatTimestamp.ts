/** RFC 3339 in UTC with seconds, as the API writes all its times. */
export function formatTimestamp(time: Date): string {
  return `${time.toISOString().slice(0, 19)}Z`;
}
