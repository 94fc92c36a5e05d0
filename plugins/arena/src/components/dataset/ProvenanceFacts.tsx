import { ReactNode } from 'react';
import { Link } from '@backstage/ui';
import { Provenance } from '@backstage-arena/plugin-arena-common';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { formatTime } from '../../lib/format';
import { useCurrentLocation, withSearch } from '../../shell';
import { Facts } from '../shared';

/** Which attempt brought something, of which scenario, provider and seed. */
export function ProvenanceFacts(props: {
  provenance: Provenance;
  time: string;
}) {
  const { provenance, time } = props;
  const { scenario, provider, region, variant, persona, attempt, seed } =
    provenance;
  const { t } = useArenaTranslation();
  const { pathname } = useCurrentLocation();
  const facts: Array<[string, ReactNode]> = [
    [
      t('dataset.provenance.attempt'),
      <Link
        key="attempt"
        href={withSearch(pathname, { tab: 'items', item: String(attempt) })}
      >
        {t('dataset.provenance.attemptLink', { attempt: String(attempt) })}
      </Link>,
    ],
    [t('column.scenario'), scenario],
    [t('column.provider'), provider],
    [t('dataset.provenance.region'), region],
    [
      t('dataset.provenance.variant'),
      variant > 0 ? String(variant + 1) : undefined,
    ],
    [t('dataset.provenance.persona'), persona],
    [t('dataset.provenance.seed'), String(seed)],
    [t('dataset.provenance.time'), formatTime(time)],
  ];
  return <Facts facts={facts.filter(([, value]) => value)} wideLabels />;
}
