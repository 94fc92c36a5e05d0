import axe from 'axe-core';

/** What axe finds wrong with the page. Colours need a real browser; everything else about markup is checked here. */
export async function violations(): Promise<string[]> {
  const result = await axe.run(
    // What React Aria announces refers to what was there a moment ago.
    { include: ['body'], exclude: ['[data-live-announcer]'] },
    {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'],
      rules: { 'color-contrast': { enabled: false } },
    },
  );
  return result.violations.map(
    violation =>
      `${violation.id}: ${violation.nodes.map(node => node.html).join('\n')}`,
  );
}
