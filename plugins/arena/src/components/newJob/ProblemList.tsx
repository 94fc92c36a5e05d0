import { RiCheckboxCircleFill, RiCloseCircleFill } from '@remixicon/react';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { YamlProblem } from '../../lib/locateField';
import { DryRun } from './useDryRun';
import styles from './NewJob.module.css';

function lineOf(text: string, position: number): number {
  return text.slice(0, position).split('\n').length;
}

/** The verdict on the text in words, for those who do not see the marks in the editor too. */
export function ProblemList(props: {
  text: string;
  state: DryRun['state'];
  problems: YamlProblem[];
}) {
  const { text, state, problems } = props;
  const { t } = useArenaTranslation();
  return (
    <div className={styles.problems} role="status" aria-live="polite">
      {state === 'valid' && (
        <p className={styles.valid}>
          <RiCheckboxCircleFill size={16} aria-hidden />
          {t('newJob.valid')}
        </p>
      )}
      {problems.length > 0 && (
        <ul aria-label={t('newJob.problems')}>
          {problems.map((problem, i) => (
            <li key={i}>
              <RiCloseCircleFill size={16} aria-hidden />
              <span>
                <strong>
                  {t('newJob.line', {
                    line: String(lineOf(text, problem.from)),
                  })}
                </strong>{' '}
                {problem.message}
              </span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
