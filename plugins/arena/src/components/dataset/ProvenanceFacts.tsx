import { Link } from '@backstage/ui';
import { Provenance } from '@backstage-arena/plugin-arena-common';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { formatTime } from '../../lib/format';
import { useCurrentLocation, withSearch } from '../../shell';
import styles from './Dataset.module.css';

/** Which attempt brought something, of which scenario, provider and seed. */
export function ProvenanceFacts(props: {
  provenance: Provenance;
  time: string;
}) {
  const { provenance, time } = props;
  const { scenario, provider, region, persona, attempt, seed } = provenance;
  const { t } = useArenaTranslation();
  const { pathname } = useCurrentLocation();
  return (
    <dl className={styles.facts}>
      <div className={styles.fact}>
        <dt>{t('dataset.provenance.attempt')}</dt>
        <dd>
          <Link
            href={withSearch(pathname, { tab: 'items', item: String(attempt) })}
          >
            {t('dataset.provenance.attemptLink', { attempt: String(attempt) })}
          </Link>
        </dd>
      </div>
      {[
        [t('column.scenario'), scenario],
        [t('column.provider'), provider],
        [t('dataset.provenance.region'), region],
        [t('dataset.provenance.persona'), persona],
        [t('dataset.provenance.seed'), String(seed)],
        [t('dataset.provenance.time'), formatTime(time)],
      ].map(
        ([label, value]) =>
          value && (
            <div key={label} className={styles.fact}>
              <dt>{label}</dt>
              <dd>{value}</dd>
            </div>
          ),
      )}
    </dl>
  );
}
