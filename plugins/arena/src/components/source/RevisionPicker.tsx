import { useMemo } from 'react';
import { Select } from '@backstage/ui';
import { SourceRevision } from '@backstage-arena/plugin-arena-common';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { shortRevision } from '../../lib/sources';

/** Chooses one of the revisions of a source. */
export function RevisionPicker(props: {
  label: string;
  revisions: readonly SourceRevision[];
  chosen: SourceRevision | undefined;
  onChange: (revision: SourceRevision) => void;
}) {
  const { label, revisions, chosen, onChange } = props;
  const { t } = useArenaTranslation();
  const options = useMemo(
    () =>
      revisions.map(({ version, revision, current }) => ({
        id: version,
        label: current
          ? t('source.revisions.currentOption', {
              revision: shortRevision(revision),
            })
          : shortRevision(revision),
      })),
    [revisions, t],
  );
  return (
    <Select
      label={label}
      size="small"
      value={chosen?.version ?? null}
      onChange={key => {
        const found = revisions.find(({ version }) => version === key);
        if (found) onChange(found);
      }}
      options={options}
    />
  );
}
