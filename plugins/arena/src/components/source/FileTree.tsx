import { useEffect, useMemo, useState } from 'react';
import {
  RiArrowDownSLine,
  RiArrowRightSLine,
  RiErrorWarningFill,
  RiFileTextLine,
} from '@remixicon/react';
import { SourceFile } from '@backstage-arena/plugin-arena-common';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { fileTree, Folder, foldersOf } from '../../lib/fileTree';
import styles from './Files.module.css';

interface TreeProps {
  selected: string | undefined;
  /** Number of faults, by path of the file. */
  problems: ReadonlyMap<string, number>;
  onSelect: (path: string) => void;
}

/** Files of a bundle in their folders. Only what is open is drawn. */
export function FileTree(props: TreeProps & { files: readonly SourceFile[] }) {
  const { files, selected } = props;
  const { t } = useArenaTranslation();
  const root = useMemo(() => fileTree(files), [files]);
  const [open, setOpen] = useState<ReadonlySet<string>>(
    () =>
      new Set(root.folders.length < 12 ? root.folders.map(f => f.path) : []),
  );
  useEffect(() => {
    if (selected) {
      setOpen(current => new Set([...current, ...foldersOf(selected)]));
    }
  }, [selected]);
  const toggle = (path: string) =>
    setOpen(current => {
      const next = new Set(current);
      if (!next.delete(path)) next.add(path);
      return next;
    });
  return (
    <nav aria-label={t('source.files.label')} className={styles.tree}>
      <Entries {...props} folder={root} open={open} onToggle={toggle} />
    </nav>
  );
}

function Entries(
  props: TreeProps & {
    folder: Folder<SourceFile>;
    open: ReadonlySet<string>;
    onToggle: (path: string) => void;
  },
) {
  const { folder, open, onToggle, selected, problems, onSelect } = props;
  return (
    <ul className={styles.entries}>
      {folder.folders.map(child => {
        const isOpen = open.has(child.path);
        const Arrow = isOpen ? RiArrowDownSLine : RiArrowRightSLine;
        return (
          <li key={child.path}>
            <button
              type="button"
              className={styles.entry}
              aria-expanded={isOpen}
              onClick={() => onToggle(child.path)}
            >
              <Arrow size={16} aria-hidden />
              <span className={styles.name}>{child.name}</span>
            </button>
            {isOpen && <Entries {...props} folder={child} />}
          </li>
        );
      })}
      {folder.files.map(({ name, file: { path } }) => (
        <li key={path}>
          <button
            type="button"
            className={styles.entry}
            aria-current={path === selected ? 'true' : undefined}
            onClick={() => onSelect(path)}
          >
            <RiFileTextLine size={16} aria-hidden />
            <span className={styles.name}>{name}</span>
            <ProblemCount count={problems.get(path) ?? 0} />
          </button>
        </li>
      ))}
    </ul>
  );
}

function ProblemCount(props: { count: number }) {
  const { count } = props;
  const { t } = useArenaTranslation();
  if (count === 0) return null;
  const text = t('source.files.problems', { count });
  return (
    <span className={styles.problemCount} title={text}>
      <RiErrorWarningFill size={14} aria-hidden />
      <span aria-label={text} role="img">
        {count}
      </span>
    </span>
  );
}
