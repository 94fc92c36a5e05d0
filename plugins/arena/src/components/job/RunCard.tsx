import { ReactNode } from 'react';
import { Card, CardBody, CardHeader, Link } from '@backstage/ui';
import { Run } from '@backstage-arena/plugin-arena-common';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { formatTime } from '../../lib/format';
import { useArenaShell } from '../../shell';
import { Age, Facts } from '../shared';
import styles from './Job.module.css';

/** What the run is pinned to, and who works on it. */
export function RunCard(props: { run: Run }) {
  const { run } = props;
  const { t } = useArenaTranslation();
  const { links } = useArenaShell();
  const { pins } = run;
  const facts: Array<[string, ReactNode]> = [
    [
      t('run.id'),
      <Link key="run" href={links.run(run.id)}>
        {run.id}
      </Link>,
    ],
    [t('run.revision'), pins.source.revision],
    [t('run.digest'), pins.source.digest],
    [t('run.arenaFile'), pins.arenaFile],
    [t('run.judging'), pins.compat ? t('run.compat') : t('run.strict')],
    [t('run.engine'), pins.engineVersion],
    [t('run.started'), run.startedAt ? formatTime(run.startedAt) : '–'],
    [t('run.finished'), run.finishedAt ? formatTime(run.finishedAt) : '–'],
  ];
  return (
    <Card>
      <CardHeader>
        <h2 className={styles.cardTitle}>{t('run.title')}</h2>
      </CardHeader>
      <CardBody>
        <Facts facts={facts} />
        {run.workers.length > 0 && (
          <>
            <h3 className={styles.subTitle}>{t('workers.title')}</h3>
            <ul className={styles.workers}>
              {run.workers.map(worker => (
                <li key={worker.id}>
                  <code>{worker.id}</code> {t(`workers.${worker.state}`)}
                  {worker.restarts > 0 &&
                    ` · ${t('workers.restarts', { count: worker.restarts })}`}
                  {worker.lastReason && ` · ${worker.lastReason}`}
                  {worker.lastHeartbeatAt && worker.state === 'running' && (
                    <span className={styles.muted}>
                      {' · '}
                      {t('workers.seen')} <Age time={worker.lastHeartbeatAt} />
                    </span>
                  )}
                </li>
              ))}
            </ul>
          </>
        )}
      </CardBody>
    </Card>
  );
}
