import { Link } from '@backstage/ui';
import { RiAlertFill, RiCloseCircleFill } from '@remixicon/react';
import { SourceProblem } from '@backstage-arena/plugin-arena-common';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import styles from './Files.module.css';

/** Faults of a bundle in words, each with its place. */
export function ProblemLines(props: {
  problems: readonly SourceProblem[];
  /** Where the place of a fault is shown; without it, it is text. */
  hrefOf?: (problem: SourceProblem) => string;
}) {
  const { problems, hrefOf } = props;
  const { t } = useArenaTranslation();
  return (
    <ul className={styles.problems} aria-label={t('newJob.problems')}>
      {problems.map((problem, index) => {
        const isError = problem.severity === 'error';
        const Icon = isError ? RiCloseCircleFill : RiAlertFill;
        const place = placeOf(problem, hrefOf !== undefined);
        return (
          <li key={index} data-severity={problem.severity}>
            <Icon
              size={16}
              role="img"
              aria-label={t(`source.severity.${problem.severity}`)}
            />
            <span>
              {hrefOf ? (
                <Link href={hrefOf(problem)}>{place}</Link>
              ) : (
                place && <strong>{t('newJob.line', { line: place })}</strong>
              )}{' '}
              {problem.field && <code>{problem.field}</code>} {problem.message}
              {problem.suggestion && (
                <span className={styles.muted}>
                  {' '}
                  {t('source.problems.suggestion', {
                    suggestion: problem.suggestion,
                  })}
                </span>
              )}
            </span>
          </li>
        );
      })}
    </ul>
  );
}

/** Line and column, after the file where that is not clear. */
function placeOf(
  { file, line, column }: SourceProblem,
  withFile: boolean,
): string {
  return [withFile ? file : undefined, line, line && column]
    .filter(part => part !== undefined)
    .join(':');
}
