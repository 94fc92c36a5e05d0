import { useApi } from '@backstage/frontend-plugin-api';
import { arenaApiRef } from '../../api';
import { useQuery } from '../../hooks/useQuery';
import { OnePicker } from './Picker';
import { PickerProps } from './pickerOptions';
import { frameOf } from './frameOf';
import { usePlace } from './usePlace';

const LIMIT = 500;

/** Field of a scaffolder template: the name of an ArenaSource of the namespace that the form says. */
export function ArenaSourcePicker(props: PickerProps<string>) {
  const api = useApi(arenaApiRef);
  const place = usePlace(props);
  const { cluster, namespace } = place.value ?? {};
  const known = useQuery(
    async signal => {
      if (place.error) throw place.error;
      if (!cluster) return [];
      const { items } = await api.list(
        { cluster, kind: 'ArenaSource', namespace, limit: LIMIT },
        { signal },
      );
      return items.map(({ metadata }) => metadata.name).sort();
    },
    [api, cluster, namespace, place.error],
    { keepPrevious: true },
  );
  return (
    <OnePicker
      {...frameOf(props)}
      known={known}
      value={props.formData ?? ''}
      onChange={value => props.onChange(value || undefined)}
    />
  );
}
