import { ButtonLink } from '@backstage/ui';
import { RiScales3Line } from '@remixicon/react';
import { useApi } from '@backstage/frontend-plugin-api';
import { Run, RUN_SET_LIMITS } from '@backstage-arena/plugin-arena-common';
import { arenaApiRef } from '../../../api';
import { useArenaTranslation } from '../../../hooks/useArenaTranslation';
import { useQuery } from '../../../hooks/useQuery';
import { JobAddress, useArenaShell } from '../../../shell';
import styles from './Compare.module.css';

/** How far back an earlier run is looked for. */
const POINTS = 20;

/** Leads to the comparison of a run with the one before it in its series; without one, to where runs are chosen. */
export function CompareButton(props: { address: JobAddress; run: Run }) {
  const { id: runId, finishedAt } = props.run;
  const { cluster, namespace, name } = props.address;
  const { t } = useArenaTranslation();
  const { links } = useArenaShell();
  const api = useApi(arenaApiRef);
  const trend = useQuery(
    signal =>
      api.trend({ cluster, namespace, name }, { limit: POINTS }, { signal }),
    [api, cluster, namespace, name, runId],
  );
  const points = trend.value?.points ?? [];
  const at = points.findIndex(point => point.runId === runId);
  // A run that goes on is not among them yet: the latest one is before it. One of long ago is not among them any more.
  const before = at >= 0 || !finishedAt ? points[at + 1]?.runId : undefined;
  const runs = before ? [before, runId] : [runId];
  return (
    <ButtonLink
      size="small"
      variant="secondary"
      iconStart={<RiScales3Line />}
      href={links.compare(runs)}
    >
      {t('comparison.set.open')}
    </ButtonLink>
  );
}

/** Leads to the comparison of runs that were chosen from a list. */
export function CompareChosen(props: { runIds: readonly string[] }) {
  const { runIds } = props;
  const { t } = useArenaTranslation();
  const { links } = useArenaShell();
  return (
    <p className={styles.chosen}>
      {runIds.length < RUN_SET_LIMITS.min ? (
        <span className={styles.muted}>{t('comparison.set.selectHint')}</span>
      ) : (
        <ButtonLink
          size="small"
          variant="primary"
          iconStart={<RiScales3Line />}
          href={links.compare(runIds.slice(0, RUN_SET_LIMITS.max))}
        >
          {t('comparison.set.openSelected', { number: String(runIds.length) })}
        </ButtonLink>
      )}
    </p>
  );
}
