import { useMemo } from 'react';
import { Select } from '@backstage/ui';
import { useApi } from '@backstage/frontend-plugin-api';
import { SourceRevision } from '@backstage-arena/plugin-arena-common';
import { arenaApiRef } from '../../api';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { Query, useQuery } from '../../hooks/useQuery';
import { JobAddress, useArenaShell, useSearchState } from '../../shell';
import { ErrorPanel, LoadingRows } from '../shared';
import { BundleParts } from './BundleParts';
import { RevisionPicker } from './RevisionPicker';
import { useBundle } from './useBundle';
import { useChosenRevision } from './useRevisions';
import { WithRevisions } from './WithRevisions';
import styles from './Source.module.css';

const DEFAULT_ARENA_FILE = 'config.arena.yaml';

/** What a revision means: its scenarios and providers, and what is wrong with it. */
export function BundleTab(props: {
  address: JobAddress;
  revisions: Query<SourceRevision[]>;
}) {
  return (
    <WithRevisions revisions={props.revisions}>
      {revisions => <Bundle address={props.address} revisions={revisions} />}
    </WithRevisions>
  );
}

function Bundle(props: {
  address: JobAddress;
  revisions: readonly SourceRevision[];
}) {
  const { address, revisions } = props;
  const { t } = useArenaTranslation();
  const search = useSearchState();
  const { revision, choose } = useChosenRevision(revisions);
  const { digest, version, current } = revision ?? revisions[0];
  const arenaFile = search.get('arenaFile') ?? DEFAULT_ARENA_FILE;
  const bundle = useBundle(address, digest, arenaFile);
  const { links } = useArenaShell();
  const hrefOf = (file: string, line?: number) =>
    links.source(address, {
      tab: 'files',
      file,
      ...(line !== undefined && { line: String(line) }),
      ...(!current && { revision: version }),
    });
  return (
    <div className={styles.overview}>
      <div className={styles.pickers}>
        <RevisionPicker
          label={t('column.revision')}
          revisions={revisions}
          chosen={revision}
          onChange={choose}
        />
        <ArenaFilePicker
          address={address}
          digest={digest}
          chosen={arenaFile}
          onChange={file =>
            search.set(
              { arenaFile: file === DEFAULT_ARENA_FILE ? undefined : file },
              { push: true },
            )
          }
        />
      </div>
      {bundle.error && (
        <ErrorPanel
          title={t('error.bundle')}
          error={bundle.error}
          onRetry={bundle.reload}
        />
      )}
      {!bundle.value && !bundle.error && <LoadingRows rows={8} />}
      {bundle.value && <BundleParts bundle={bundle.value} hrefOf={hrefOf} />}
    </div>
  );
}

/** Shown when a bundle has several, or none of the usual name. */
function ArenaFilePicker(props: {
  address: JobAddress;
  digest: string;
  chosen: string;
  onChange: (file: string) => void;
}) {
  const { address, digest, chosen, onChange } = props;
  const { cluster, namespace, name } = address;
  const { t } = useArenaTranslation();
  const api = useApi(arenaApiRef);
  const { value } = useQuery(
    signal => api.sourceFiles({ cluster, namespace, name }, digest, { signal }),
    [api, cluster, namespace, name, digest],
  );
  const options = useMemo(() => {
    const found = (value ?? [])
      .map(({ path }) => path)
      .filter(path => /(^|[./])arena\.ya?ml$/.test(path));
    return [...new Set([chosen, ...found])].map(id => ({ id, label: id }));
  }, [value, chosen]);
  if (options.length < 2) return null;
  return (
    <Select
      label={t('run.arenaFile')}
      size="small"
      value={chosen}
      onChange={key => onChange(String(key))}
      options={options}
    />
  );
}
