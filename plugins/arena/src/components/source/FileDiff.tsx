import { useMemo, useState } from 'react';
import { SourceFileChange } from '@backstage-arena/plugin-arena-common';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { formatBytes } from '../../lib/format';
import { DiffLine, parseDiff } from '../../lib/unifiedDiff';
import badges from '../shared/badges.module.css';
import styles from './Files.module.css';

const TONES = { added: 'passed', removed: 'failed', modified: 'Running' };
const SIGNS = { added: '+', removed: '-', same: ' ', hunk: '', note: '' };

/** What changed in one file, line by line. */
export function FileDiff(props: {
  change: SourceFileChange;
  /** At first. */
  isOpen: boolean;
}) {
  const { path, change, patch, omitted, sizeBefore, sizeAfter } = props.change;
  const { t } = useArenaTranslation();
  const [isOpen, setOpen] = useState(props.isOpen);
  const sizes = [sizeBefore, sizeAfter]
    .filter((size): size is number => size !== undefined)
    .map(formatBytes);
  return (
    <details
      className={styles.diff}
      open={isOpen}
      onToggle={event => setOpen(event.currentTarget.open)}
    >
      <summary>
        <span className={styles.path}>{path}</span>
        <span className={badges.badge} data-tone={TONES[change]}>
          {t(`source.changes.${change}`)}
        </span>
        <span className={styles.muted}>{sizes.join(' → ')}</span>
      </summary>
      {omitted && (
        <p className={styles.note}>{t(`source.changes.omitted.${omitted}`)}</p>
      )}
      {isOpen && patch && <Patch path={path} patch={patch} />}
    </details>
  );
}

function Patch(props: { path: string; patch: string }) {
  const { path, patch } = props;
  const { t } = useArenaTranslation();
  const lines = useMemo(() => parseDiff(patch), [patch]);
  return (
    <div
      className={styles.patch}
      role="region"
      aria-label={t('source.changes.of', { path })}
      // What scrolls must be reachable by keyboard.
      // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
    >
      <table>
        <tbody>
          {lines.map((line, index) => (
            <PatchLine key={index} line={line} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function PatchLine(props: { line: DiffLine }) {
  const { kind, text, before, after } = props.line;
  return (
    <tr data-kind={kind}>
      <td className={styles.number}>{before}</td>
      <td className={styles.number}>{after}</td>
      <td className={styles.line}>
        {SIGNS[kind]}
        {text}
      </td>
    </tr>
  );
}
