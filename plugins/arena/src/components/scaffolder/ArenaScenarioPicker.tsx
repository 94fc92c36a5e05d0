import { useApi } from '@backstage/frontend-plugin-api';
import { arenaApiRef } from '../../api';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { useQuery } from '../../hooks/useQuery';
import { ManyPicker } from './Picker';
import { PickerProps } from './pickerOptions';
import { frameOf } from './frameOf';
import { usePlace } from './usePlace';

/** Field of a scaffolder template: scenarios of the source that the field `source` of the form names, as `spec.scenarios.include` wants them. */
export function ArenaScenarioPicker(props: PickerProps<string[]>) {
  const api = useApi(arenaApiRef);
  const { t } = useArenaTranslation();
  const place = usePlace(props);
  const { cluster, namespace, source } = place.value ?? {};
  const known = useQuery(
    async signal => {
      if (place.error) throw place.error;
      if (!cluster || !namespace || !source) return [];
      const address = { cluster, namespace, name: source };
      const revisions = await api.sourceRevisions(address, { signal });
      const current = revisions.find(revision => revision.current);
      if (!current) return [];
      const bundle = await api.sourceBundle(address, current.digest, {
        signal,
      });
      return bundle.scenarios.map(({ id, file }) => file ?? id);
    },
    [api, cluster, namespace, source, place.error],
  );
  return (
    <ManyPicker
      {...frameOf(props)}
      known={known}
      placeholder={t('scaffolder.allScenarios')}
      value={props.formData ?? []}
      onChange={props.onChange}
    />
  );
}
