import { useApi } from '@backstage/frontend-plugin-api';
import { SourceRevision } from '@backstage-arena/plugin-arena-common';
import { arenaApiRef } from '../../api';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { Query, useQuery } from '../../hooks/useQuery';
import { JobAddress, useSearchState } from '../../shell';
import { EmptyState, ErrorPanel, LoadingRows } from '../shared';
import { FileDiff } from './FileDiff';
import { RevisionPicker } from './RevisionPicker';
import { WithRevisions } from './WithRevisions';
import files from './Files.module.css';
import styles from './Source.module.css';

/** Lines of all files together that are shown without being asked for. */
const OPEN_LINES = 600;

/** What changed between two revisions. */
export function ChangesTab(props: {
  address: JobAddress;
  revisions: Query<SourceRevision[]>;
}) {
  const { t } = useArenaTranslation();
  return (
    <WithRevisions revisions={props.revisions}>
      {revisions =>
        revisions.length < 2 ? (
          <EmptyState
            title={t('source.changes.one')}
            description={t('source.changes.oneDescription')}
          />
        ) : (
          <Changes address={props.address} revisions={revisions} />
        )
      }
    </WithRevisions>
  );
}

function Changes(props: {
  address: JobAddress;
  revisions: readonly SourceRevision[];
}) {
  const { address, revisions } = props;
  const { t } = useArenaTranslation();
  const search = useSearchState();
  const at = (version: string | undefined) =>
    revisions.find(one => one.version === version);
  const to =
    at(search.get('to')) ??
    revisions.find(({ current }) => current) ??
    revisions[0];
  const from =
    at(search.get('from')) ??
    revisions[revisions.indexOf(to) + 1] ??
    revisions.find(one => one !== to)!;
  return (
    <div className={styles.overview}>
      <div className={styles.pickers}>
        <RevisionPicker
          label={t('source.changes.from')}
          revisions={revisions}
          chosen={from}
          onChange={({ version }) =>
            search.set({ from: version, to: to.version }, { push: true })
          }
        />
        <RevisionPicker
          label={t('source.changes.to')}
          revisions={revisions}
          chosen={to}
          onChange={({ version }) =>
            search.set({ from: from.version, to: version }, { push: true })
          }
        />
      </div>
      <Diff address={address} from={from.digest} to={to.digest} />
    </div>
  );
}

function Diff(props: { address: JobAddress; from: string; to: string }) {
  const { from, to } = props;
  const { cluster, namespace, name } = props.address;
  const { t } = useArenaTranslation();
  const api = useApi(arenaApiRef);
  const diff = useQuery(
    signal =>
      api.sourceDiff({ cluster, namespace, name }, { from, to }, { signal }),
    [api, cluster, namespace, name, from, to],
  );
  if (diff.error) {
    return (
      <ErrorPanel
        title={t('error.changes')}
        error={diff.error}
        onRetry={diff.reload}
      />
    );
  }
  if (!diff.value) return <LoadingRows rows={8} />;
  const changes = diff.value.files;
  if (changes.length === 0) {
    return <EmptyState title={t('source.changes.none')} />;
  }
  let lines = 0;
  return (
    <div>
      <p className={styles.text} role="status">
        {t('source.changes.files', { count: changes.length })}
      </p>
      <ul className={files.diffs}>
        {changes.map(change => {
          lines += change.patch?.split('\n').length ?? 0;
          return (
            <li key={change.path}>
              <FileDiff change={change} isOpen={lines <= OPEN_LINES} />
            </li>
          );
        })}
      </ul>
    </div>
  );
}
