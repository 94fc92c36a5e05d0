import { PluginHeader } from '@backstage/ui';
import { RiSwordLine } from '@remixicon/react';
import { Navigate, Route, Routes, useParams } from 'react-router-dom';
import { ComparePage } from '../components/comparison';
import { JobPage } from '../components/job/JobPage';
import { RunPage } from '../components/job/RunPage';
import { JobsPage } from '../components/jobs/JobsPage';
import { NewJobPage } from '../components/newJob/NewJobPage';
import { SourcePage } from '../components/source/SourcePage';
import { SourcesPage } from '../components/sources/SourcesPage';
import { useArenaTranslation } from '../hooks/useArenaTranslation';
import { useArenaShell } from '../shell';
import { LegacyShell } from './LegacyShell';

/** All pages under one route, with the header that the new frontend system would bring. */
export function ArenaRouter() {
  return (
    <LegacyShell>
      <Frame />
      <Routes>
        <Route index element={<Navigate to="jobs" replace />} />
        <Route path="jobs" element={<JobsPage />} />
        <Route path="sources" element={<SourcesPage />} />
        <Route path="sources/:cluster/:namespace/:name" element={<Source />} />
        <Route path="new" element={<NewJobPage />} />
        <Route path="compare" element={<ComparePage />} />
        <Route path="jobs/:cluster/:namespace/:name" element={<Job />} />
        <Route path="runs/:runId" element={<RunOfAddress />} />
      </Routes>
    </LegacyShell>
  );
}

function Frame() {
  const { t } = useArenaTranslation();
  const { links } = useArenaShell();
  return (
    <PluginHeader
      icon={<RiSwordLine />}
      title={t('title')}
      titleLink={links.jobs()}
      tabs={[
        {
          id: 'jobs',
          label: t('jobs.title'),
          href: links.jobs(),
          matchStrategy: 'prefix',
        },
        {
          id: 'sources',
          label: t('sources.title'),
          href: links.sources(),
          matchStrategy: 'prefix',
        },
      ]}
    />
  );
}

function Job() {
  const { cluster = '', namespace = '', name = '' } = useParams();
  return <JobPage cluster={cluster} namespace={namespace} name={name} />;
}

function Source() {
  const { cluster = '', namespace = '', name = '' } = useParams();
  return <SourcePage cluster={cluster} namespace={namespace} name={name} />;
}

function RunOfAddress() {
  const { runId = '' } = useParams();
  return <RunPage runId={runId} />;
}
