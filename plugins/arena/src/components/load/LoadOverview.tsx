import {
  LoadReport,
  LoadState,
  Run,
} from '@backstage-arena/plugin-arena-common';
import { LoadWatch } from '../../load/LoadWatch';
import { useLoadView } from '../../load/useLoadWatch';
import { JobAddress } from '../../shell';
import { AuditPanel } from './AuditPanel';
import { LazyLoadCharts } from './charts/LazyLoadCharts';
import { ProvidersTable, ScenariosTable } from './ComparisonTables';
import { LoadControls } from './LoadControls';
import { LoadFiles } from './LoadFiles';
import { LoadWorkersTable } from './LoadWorkersTable';
import { SearchPanel } from './SearchPanel';
import { StagesTable } from './StagesTable';
import { ThresholdsPanel } from './ThresholdsPanel';
import { TimesTable } from './TimesTable';
import styles from './Load.module.css';

/** A load test: what can be done about it, how it went second by second, and the figures. */
export function LoadOverview(props: {
  watch: LoadWatch;
  run: Run;
  address: JobAddress;
}) {
  const { watch, run, address } = props;
  return (
    <div className={styles.overview}>
      <LoadControls watch={watch} runId={run.id} address={address} />
      <LazyLoadCharts watch={watch} />
      <Figures watch={watch} />
      <LoadFiles watch={watch} run={run} />
    </div>
  );
}

function Figures(props: { watch: LoadWatch }) {
  const { state } = useLoadView(props.watch);
  if (!state?.report) return null;
  return <Tables state={state} report={state.report} />;
}

function Tables(props: { state: LoadState; report: LoadReport }) {
  const { state, report } = props;
  return (
    <>
      <div className={styles.pair}>
        <AuditPanel report={report} />
        <ThresholdsPanel report={report} />
      </div>
      <SearchPanel report={report} />
      <TimesTable report={report} />
      <ProvidersTable report={report} />
      <ScenariosTable report={report} />
      <StagesTable report={report} state={state} />
      <LoadWorkersTable report={report} />
    </>
  );
}
