/** A change of a rate in percentage points, with its sign: `−12.5`, `+3.0`. */
export function formatEffect(effect: number): string {
  const text = Math.abs(effect * 100).toFixed(1);
  if (text === '0.0') return text;
  return `${effect < 0 ? '−' : '+'}${text}`;
}
