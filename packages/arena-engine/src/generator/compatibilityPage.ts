import { QUIRKS } from '../quirks/quirks';
import { page, table } from './markdown';

const HEAD = `# Compatibility

<!-- Generated: yarn workspace @backstage-arena/arena-engine generate -->

Arena runs the bundles of the original engine, promptarena. By default \`arena run\` gives the original's verdicts, surprises included, so that bundles which
exist keep theirs. \`arena run --strict\` and ArenaJobs leave the surprises out; a job with \`compat: true\` has them.

| | verdicts |
|---|---|
| \`arena run\` | compatible |
| \`arena run --strict\` | strict |
| ArenaJob | strict |
| ArenaJob with \`compat: true\` | compatible |

\`arena validate\` names the places of a bundle at which the two differ, and what a bundle says without effect.

## How it is tested

\`yarn conformance [DIR]\` runs \`arena run\` over every bundle of a corpus and compares each item and each exit status. Without \`DIR\` it takes the bundles of
this repository (\`packages/arena-engine/src/conformance/bundles\`) and, where it lies beside the checkout, a corpus of 53 bundles whose 630 verdicts were obtained by
running the original. **All 630 agree**; there is no verdict that is known to differ.

## Where compatible and strict runs differ`;

/** The page that sets the original's behaviour and the strict one side by side. */
export function compatibilityPage(): string {
  const areas = new Map<string, string[][]>();
  for (const { area, compatible, strict } of Object.values(QUIRKS)) {
    const rows = areas.get(area) ?? [];
    rows.push([compatible, strict]);
    areas.set(area, rows);
  }
  return page([
    HEAD,
    ...[...areas].flatMap(([area, rows]) => [
      `### ${area[0].toUpperCase()}${area.slice(1)}`,
      table(['compatible', 'strict'], rows),
    ]),
  ]);
}
