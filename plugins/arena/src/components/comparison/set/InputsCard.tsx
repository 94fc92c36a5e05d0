import { ReactNode } from 'react';
import { Link } from '@backstage/ui';
import { useApi } from '@backstage/frontend-plugin-api';
import {
  NamedChanges,
  RunSetComparison,
  RunSetInputs,
} from '@backstage-arena/plugin-arena-common';
import { arenaApiRef } from '../../../api';
import { Translate } from '../../../hooks/Translate';
import { useArenaTranslation } from '../../../hooks/useArenaTranslation';
import { useQuery } from '../../../hooks/useQuery';
import { formatCount } from '../../../lib/format';
import { useArenaShell } from '../../../shell';
import { ErrorPanel, Facts, LoadingRows, SectionCard } from '../../shared';
import { shortRevision } from '../../../lib/sources';
import styles from './Compare.module.css';

const MAX_NAMES = 8;

/** What each run is made of that the baseline is not. */
export function InputsCard(props: { set: RunSetComparison }) {
  const { set } = props;
  const { t } = useArenaTranslation();
  const api = useApi(arenaApiRef);
  const ids = set.runs.map(({ id }) => id);
  const name = ids.join(',');
  const inputs = useQuery(
    signal => api.comparedInputs({ run: name.split(',') }, { signal }),
    [api, name],
  );
  return (
    <SectionCard title={t('comparison.set.inputs')}>
      {inputs.error && !inputs.value && (
        <ErrorPanel
          title={t('comparison.set.inputsError')}
          error={inputs.error}
          onRetry={inputs.reload}
        />
      )}
      {!inputs.value && !inputs.error && <LoadingRows rows={2} />}
      {inputs.value && (
        <div className={styles.inputs}>
          {inputs.value.map((one, index) => (
            <Inputs
              key={one.runId}
              set={set}
              inputs={one}
              title={`${index + 1} ${
                set.runs.find(({ id }) => id === one.runId)?.jobName ?? ''
              }`}
            />
          ))}
        </div>
      )}
    </SectionCard>
  );
}

function Inputs(props: {
  set: RunSetComparison;
  inputs: RunSetInputs;
  title: string;
}) {
  const { set, inputs, title } = props;
  const { t } = useArenaTranslation();
  const { source, scenarios, providers, tools, engine, settings } = inputs;
  const facts: Array<readonly [string, ReactNode]> = [];
  if (source) {
    facts.push([
      t('comparison.set.source'),
      <Source key="source" set={set} source={source} />,
    ]);
  }
  if (scenarios) {
    facts.push([t('comparison.set.scenarios'), namesOf(scenarios, t)]);
  }
  if (providers) {
    facts.push([
      t('comparison.set.providers'),
      <Providers key="providers" providers={providers} />,
    ]);
  }
  if (tools) facts.push([t('comparison.set.tools'), namesOf(tools, t)]);
  if (engine) {
    facts.push([
      t('comparison.set.engine'),
      t('comparison.set.sourceChange', engine),
    ]);
  }
  if (settings) {
    facts.push([
      t('comparison.set.settings'),
      settings.map(value => valueText(value, t)).join('; '),
    ]);
  }
  return (
    <section className={styles.inputsOf}>
      <h3 className={styles.inputsTitle}>
        {t('comparison.set.inputOf', { name: title })}
      </h3>
      {facts.length === 0 ? (
        <p className={styles.text}>{t('comparison.set.inputsSame')}</p>
      ) : (
        <Facts facts={facts} />
      )}
    </section>
  );
}

function Source(props: {
  set: RunSetComparison;
  source: NonNullable<RunSetInputs['source']>;
}) {
  const { cluster, namespace } = props.set;
  const { before, after } = props.source;
  const { t } = useArenaTranslation();
  const { links } = useArenaShell();
  if (before.name !== after.name) {
    return (
      <>
        {t('comparison.set.sourceOther', {
          before: shortRevision(before.revision),
          beforeName: before.name,
          after: shortRevision(after.revision),
          afterName: after.name,
        })}
      </>
    );
  }
  const href = links.source(
    { cluster, namespace, name: after.name },
    { tab: 'changes', from: before.revision, to: after.revision },
  );
  return (
    <>
      {t('comparison.set.sourceChange', {
        before: shortRevision(before.revision),
        after: shortRevision(after.revision),
      })}{' '}
      <Link href={href}>{t('comparison.set.sourceDiff')}</Link>
    </>
  );
}

function Providers(props: {
  providers: NonNullable<RunSetInputs['providers']>;
}) {
  const { added, removed, changed, values } = props.providers;
  const { t } = useArenaTranslation();
  const none = { count: 0, names: [] };
  return (
    <ul className={styles.list}>
      {added.count + removed.count > 0 && (
        <li>{namesOf({ added, removed, changed: none }, t)}</li>
      )}
      {changed.names.map(name => (
        <li key={name}>
          {values[name]?.length
            ? `${name}: ${values[name].map(v => valueText(v, t)).join('; ')}`
            : t('comparison.set.valueBundle', { name })}
        </li>
      ))}
    </ul>
  );
}

function namesOf(changes: NamedChanges, t: Translate): string {
  return (['added', 'removed', 'changed'] as const)
    .filter(kind => changes[kind].count > 0)
    .map(kind => {
      const { count, names } = changes[kind];
      const shown = names.slice(0, MAX_NAMES);
      const text = shown.join(', ');
      return t(`comparison.set.${kind}`, {
        names:
          count > shown.length
            ? t('comparison.set.andMore', {
                names: text,
                number: formatCount(count - shown.length),
              })
            : text,
      });
    })
    .join('; ');
}

function valueText(
  value: NonNullable<RunSetInputs['settings']>[number],
  t: Translate,
): string {
  const { name, before, after, isHidden } = value;
  if (isHidden) return t('comparison.set.valueHidden', { name });
  return t('comparison.set.value', {
    name,
    before: before ?? t('comparison.set.valueNone'),
    after: after ?? t('comparison.set.valueNone'),
  });
}
