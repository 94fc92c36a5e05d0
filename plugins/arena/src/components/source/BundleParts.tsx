import { Alert, Link } from '@backstage/ui';
import { RiCheckboxCircleFill } from '@remixicon/react';
import { SourceBundle } from '@backstage-arena/plugin-arena-common';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { formatCount } from '../../lib/format';
import { FiguresTable, SectionCard } from '../shared';
import { ProblemLines } from './ProblemLines';
import files from './Files.module.css';
import styles from './Source.module.css';

/** Faults of a bundle, its scenarios, its providers, and all else that it brings. */
export function BundleParts(props: {
  bundle: SourceBundle;
  hrefOf: (file: string, line?: number) => string;
}) {
  const { bundle, hrefOf } = props;
  const { t } = useArenaTranslation();
  const { problems, scenarios, providers } = bundle;
  const isBroken = problems.some(({ severity }) => severity === 'error');
  const fileOf = ({ file = bundle.arenaFile }: { file?: string }) => (
    <Link href={hrefOf(file)}>{file}</Link>
  );
  const others = [
    ...bundle.prompts.map(({ taskType, file }) => ({
      kind: t('source.bundle.prompt'),
      id: taskType,
      file,
    })),
    ...bundle.tools.map(({ name, file }) => ({
      kind: t('source.bundle.tool'),
      id: name,
      file,
    })),
    ...bundle.personas.map(({ id, file }) => ({
      kind: t('source.bundle.persona'),
      id,
      file,
    })),
  ];
  return (
    <>
      {problems.length === 0 ? (
        <p className={styles.valid}>
          <RiCheckboxCircleFill size={16} aria-hidden />
          {t('source.bundle.valid')}
        </p>
      ) : (
        <SectionCard
          title={t('source.problems.title', {
            shown: formatCount(problems.length),
          })}
        >
          {isBroken && (
            <Alert status="danger" icon title={t('source.problems.broken')} />
          )}
          <div className={files.problemBox}>
            <ProblemLines
              problems={problems}
              hrefOf={({ file, line }) => hrefOf(file, line)}
            />
          </div>
        </SectionCard>
      )}
      <SectionCard
        title={t('source.bundle.scenarios', {
          shown: formatCount(scenarios.length),
        })}
      >
        <FiguresTable
          caption={t('source.bundle.scenariosLabel')}
          isCaptionHidden
          rows={scenarios}
          keyOf={({ id }) => id}
          columns={[
            {
              id: 'id',
              label: t('column.scenario'),
              cell: ({ id, file = bundle.arenaFile }) => (
                <Link href={hrefOf(file)}>{id}</Link>
              ),
            },
            {
              id: 'description',
              label: t('source.bundle.description'),
              isText: true,
              cell: ({ description }) => (
                <span className={styles.wide}>{description || '–'}</span>
              ),
            },
            {
              id: 'taskType',
              label: t('source.bundle.taskType'),
              isText: true,
              cell: ({ taskType }) => taskType ?? '–',
            },
            {
              id: 'turns',
              label: t('column.turns'),
              cell: ({ turns }) => formatCount(turns),
            },
            {
              id: 'group',
              label: t('source.bundle.group'),
              isText: true,
              cell: ({ providerGroup }) => providerGroup,
            },
            {
              id: 'labels',
              label: t('source.bundle.labels'),
              isText: true,
              cell: ({ labels }) =>
                Object.entries(labels)
                  .map(([key, value]) => `${key}=${value}`)
                  .join(', ') || '–',
            },
          ]}
        />
      </SectionCard>
      <SectionCard
        title={t('source.bundle.providers', {
          shown: formatCount(providers.length),
        })}
      >
        <FiguresTable
          caption={t('source.bundle.providersLabel')}
          isCaptionHidden
          rows={providers}
          keyOf={({ id }) => id}
          columns={[
            {
              id: 'id',
              label: t('column.provider'),
              cell: provider => provider.id,
            },
            {
              id: 'type',
              label: t('column.type'),
              isText: true,
              cell: ({ type }) => type,
            },
            {
              id: 'model',
              label: t('source.bundle.model'),
              isText: true,
              cell: ({ model }) => model ?? '–',
            },
            {
              id: 'group',
              label: t('source.bundle.group'),
              isText: true,
              cell: ({ group }) => group,
            },
            {
              id: 'file',
              label: t('source.bundle.file'),
              isText: true,
              cell: fileOf,
            },
          ]}
        />
      </SectionCard>
      {others.length > 0 && (
        <SectionCard title={t('source.bundle.others')}>
          <FiguresTable
            caption={t('source.bundle.others')}
            isCaptionHidden
            rows={others}
            keyOf={({ kind, id }) => `${kind} ${id}`}
            columns={[
              { id: 'id', label: t('column.name'), cell: ({ id }) => id },
              {
                id: 'kind',
                label: t('column.type'),
                isText: true,
                cell: ({ kind }) => kind,
              },
              {
                id: 'file',
                label: t('source.bundle.file'),
                isText: true,
                cell: fileOf,
              },
            ]}
          />
        </SectionCard>
      )}
    </>
  );
}
