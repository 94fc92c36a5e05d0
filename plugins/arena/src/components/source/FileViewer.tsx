import { useMemo } from 'react';
import { Alert } from '@backstage/ui';
import { useApi } from '@backstage/frontend-plugin-api';
import {
  SourceFile,
  SourceProblem,
} from '@backstage-arena/plugin-arena-common';
import { arenaApiRef } from '../../api';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { useQuery } from '../../hooks/useQuery';
import { formatBytes } from '../../lib/format';
import { YamlProblem } from '../../lib/locateField';
import { JobAddress } from '../../shell';
import { LazyYamlEditor } from '../editor/LazyYamlEditor';
import { CopyButton, EmptyState, ErrorPanel, LoadingRows } from '../shared';
import { ProblemLines } from './ProblemLines';
import styles from './Files.module.css';

const YAML = /\.(ya?ml|json)$/i;

/** One file with numbers of its lines, and its faults where they are. */
export function FileViewer(props: {
  address: JobAddress;
  digest: string;
  file: SourceFile;
  problems: readonly SourceProblem[];
  line: number | undefined;
}) {
  const { address, digest, file, problems, line } = props;
  const { cluster, namespace, name } = address;
  const { t } = useArenaTranslation();
  const api = useApi(arenaApiRef);
  const content = useQuery(
    signal =>
      api.sourceFile({ cluster, namespace, name }, digest, file.path, {
        signal,
      }),
    [api, cluster, namespace, name, digest, file.path],
  );
  const text = content.value?.text;
  const marks = useMemo(
    () => (text === undefined ? [] : marksOf(text, problems)),
    [text, problems],
  );
  return (
    <section aria-label={file.path} className={styles.viewer}>
      <div className={styles.fileHead}>
        <h2 className={styles.path}>{file.path}</h2>
        <span className={styles.muted}>{formatBytes(file.size)}</span>
        {file.executable && (
          <span className={styles.muted}>{t('source.files.executable')}</span>
        )}
        {text !== undefined && <CopyButton text={text} />}
      </div>
      {problems.length > 0 && <ProblemLines problems={problems} />}
      {content.error && (
        <ErrorPanel
          title={t('error.file')}
          error={content.error}
          onRetry={content.reload}
        />
      )}
      {!content.value && !content.error && <LoadingRows rows={8} />}
      {content.value?.truncated && (
        <Alert status="info" icon title={t('source.files.truncated')} />
      )}
      {content.value && text === undefined && (
        <EmptyState title={t('source.files.binary')} />
      )}
      {text !== undefined && (
        <LazyYamlEditor
          value={text}
          label={t('source.files.contentOf', { path: file.path })}
          isPlain={!YAML.test(file.path)}
          problems={marks}
          line={line}
        />
      )}
    </section>
  );
}

/** Faults as places of a text: from their column to the end of the line. */
function marksOf(
  text: string,
  problems: readonly SourceProblem[],
): YamlProblem[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
    starts.push(at + 1);
  }
  return problems.flatMap(({ line, column = 1, message, severity }) => {
    const start = line === undefined ? undefined : starts[line - 1];
    if (start === undefined) return [];
    const next = starts[line!];
    const end = next === undefined ? text.length : next - 1;
    return [
      { from: Math.min(start + column - 1, end), to: end, message, severity },
    ];
  });
}
