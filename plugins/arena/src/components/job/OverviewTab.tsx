import { ReactNode, useState } from 'react';
import { Card, CardBody, CardHeader, Switch } from '@backstage/ui';
import {
  ArenaObject,
  Run,
  RunMatrix,
} from '@backstage-arena/plugin-arena-common';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { Query } from '../../hooks/useQuery';
import { summaryText } from '../../lib/jobs';
import { ClassCounts, MatrixOrder, ResultMatrix } from '../matrix';
import { useDiscussedCells } from '../comments';
import { EmptyState, ErrorPanel, LoadingRows } from '../shared';
import { GateCard } from '../comparison';
import { ConditionsCard } from './ConditionsCard';
import { RunCard } from './RunCard';
import styles from './Job.module.css';

/** What the baseline said, the result matrix, and below it what explains the run. */
export function OverviewTab(props: {
  job: ArenaObject | undefined;
  run: Run | undefined;
  matrix: Query<RunMatrix | undefined>;
  /** What jobs of some types show in place of the matrix. */
  instead?: ReactNode;
  onSelect: (scenario: string, provider: string) => void;
}) {
  const { job, run, matrix, instead, onSelect } = props;
  return (
    <div className={styles.overview}>
      {run && mayHaveGate(job, run) && (
        <GateCard runId={run.id} isOptional={!job} />
      )}
      {instead ?? (
        <MatrixSection run={run} matrix={matrix} onSelect={onSelect} />
      )}
      <div className={styles.cards}>
        {job && <ConditionsCard object={job} />}
        {run && <RunCard run={run} />}
      </div>
    </div>
  );
}

/** The run was compared with a baseline, or could not be. Of a run whose job is gone only the server knows. */
function mayHaveGate(job: ArenaObject | undefined, run: Run): boolean {
  return job
    ? summaryText(job, 'baselineVerdict') !== undefined
    : run.pins.type === 'evaluation' && run.state === 'Closed';
}

function MatrixSection(props: {
  run: Run | undefined;
  matrix: Query<RunMatrix | undefined>;
  onSelect: (scenario: string, provider: string) => void;
}) {
  const { run, matrix, onSelect } = props;
  const { t } = useArenaTranslation();
  const discussed = useDiscussedCells(
    run?.pins.type === 'evaluation' ? run.id : undefined,
  );
  const [order, setOrder] = useState<MatrixOrder>('plan');
  if (!run) {
    return (
      <EmptyState
        title={t('run.none')}
        description={t('run.noneDescription')}
      />
    );
  }
  return (
    <Card>
      <CardHeader>
        <div className={styles.cardHead}>
          <div className={styles.cardHeadStart}>
            <h2 className={styles.cardTitle}>{t('matrix.title')}</h2>
            {matrix.value && <ClassCounts cells={matrix.value.cells} />}
          </div>
          <Switch
            label={t('matrix.worstFirst')}
            isSelected={order === 'worst'}
            onChange={on => setOrder(on ? 'worst' : 'plan')}
          />
        </div>
      </CardHeader>
      <CardBody>
        {matrix.error && !matrix.value && (
          <ErrorPanel
            title={t('error.matrix')}
            error={matrix.error}
            onRetry={matrix.reload}
          />
        )}
        {!matrix.value && !matrix.error && <LoadingRows rows={6} height={40} />}
        {matrix.value &&
          (matrix.value.scenarios.length === 0 ? (
            <EmptyState title={t('matrix.empty')} />
          ) : (
            <ResultMatrix
              matrix={matrix.value}
              order={order}
              marksOf={discussed.ofCell}
              onSelect={onSelect}
            />
          ))}
      </CardBody>
    </Card>
  );
}
