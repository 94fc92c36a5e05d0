/**
 * Reads what `yarn npm audit --json` has printed: a line of JSON for each advisory, none when there are none.
 *
 * @param {{ code: number, output: string }} result
 * @returns {{ advisories: Array<{ name: string, severity: string, issue: string, url: string, dependents: string }>, reason?: undefined } | { advisories?: undefined, reason: string }}
 *   `reason`: why this is no answer of the registry
 */
export function readAdvisories({ code, output }) {
  const lines = output.split('\n').filter(Boolean);
  // It fails when there are some.
  if (lines.length === 0 && code !== 0) {
    return { reason: `the audit ended with status ${code} and said nothing` };
  }
  const advisories = [];
  for (const line of lines) {
    let entry;
    try {
      entry = JSON.parse(line);
    } catch {
      return { reason: `the registry gives no answer (status ${code})` };
    }
    // What is only deprecated has no URL.
    if (!entry.children?.URL) continue;
    const { children: found } = entry;
    advisories.push({
      name: entry.value,
      severity: found.Severity,
      issue: found.Issue,
      url: found.URL,
      dependents: [found.Dependents].flat().join(', '),
    });
  }
  return { advisories };
}
