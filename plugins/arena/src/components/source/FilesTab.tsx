import { useMemo } from 'react';
import { useApi } from '@backstage/frontend-plugin-api';
import {
  SourceFile,
  SourceProblem,
  SourceRevision,
} from '@backstage-arena/plugin-arena-common';
import { arenaApiRef } from '../../api';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { Query, useQuery } from '../../hooks/useQuery';
import { JobAddress, useSearchState } from '../../shell';
import { EmptyState, ErrorPanel, LoadingRows } from '../shared';
import { FileTree } from './FileTree';
import { FileViewer } from './FileViewer';
import { RevisionPicker } from './RevisionPicker';
import { useBundle } from './useBundle';
import { useChosenRevision } from './useRevisions';
import { WithRevisions } from './WithRevisions';
import styles from './Files.module.css';

const NO_PROBLEMS: SourceProblem[] = [];

/** What a revision holds, file by file. */
export function FilesTab(props: {
  address: JobAddress;
  revisions: Query<SourceRevision[]>;
}) {
  return (
    <WithRevisions revisions={props.revisions}>
      {revisions => <Files address={props.address} revisions={revisions} />}
    </WithRevisions>
  );
}

function Files(props: {
  address: JobAddress;
  revisions: readonly SourceRevision[];
}) {
  const { address, revisions } = props;
  const { cluster, namespace, name } = address;
  const { t } = useArenaTranslation();
  const api = useApi(arenaApiRef);
  const { revision, choose } = useChosenRevision(revisions);
  const { digest } = revision ?? revisions[0];
  const files = useQuery(
    signal => api.sourceFiles({ cluster, namespace, name }, digest, { signal }),
    [api, cluster, namespace, name, digest],
    { keepPrevious: true },
  );
  return (
    <div className={styles.root}>
      <div className={styles.picker}>
        <RevisionPicker
          label={t('column.revision')}
          revisions={revisions}
          chosen={revision}
          onChange={choose}
        />
      </div>
      {files.error && (
        <ErrorPanel
          title={t('error.files')}
          error={files.error}
          onRetry={files.reload}
        />
      )}
      {!files.value && !files.error && <LoadingRows rows={8} />}
      {files.value && (
        <Browser address={address} digest={digest} files={files.value} />
      )}
    </div>
  );
}

function Browser(props: {
  address: JobAddress;
  digest: string;
  files: SourceFile[];
}) {
  const { address, digest, files } = props;
  const { t } = useArenaTranslation();
  const search = useSearchState();
  // Files can be read without it: a bundle that nobody can parse is one to look into.
  const problems = useBundle(address, digest).value?.problems ?? NO_PROBLEMS;
  const counts = useMemo(() => {
    const result = new Map<string, number>();
    problems.forEach(({ file }) =>
      result.set(file, (result.get(file) ?? 0) + 1),
    );
    return result;
  }, [problems]);
  const path = search.get('file');
  const file = files.find(one => one.path === path);
  const own = useMemo(
    () => problems.filter(problem => problem.file === path),
    [problems, path],
  );
  const line = Number(search.get('line'));
  return (
    <div className={styles.browser}>
      <FileTree
        files={files}
        selected={path}
        problems={counts}
        onSelect={next =>
          search.set({ file: next, line: undefined }, { push: true })
        }
      />
      <div className={styles.file}>
        {file && (
          <FileViewer
            key={`${digest} ${file.path}`}
            address={address}
            digest={digest}
            file={file}
            problems={own}
            line={line > 0 ? line : undefined}
          />
        )}
        {!file && (
          <EmptyState
            title={
              path
                ? t('source.files.missing', { path })
                : t('source.files.choose')
            }
          />
        )}
      </div>
    </div>
  );
}
