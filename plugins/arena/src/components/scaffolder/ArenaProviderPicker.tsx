import { useApi } from '@backstage/frontend-plugin-api';
import { arenaApiRef } from '../../api';
import { useQuery } from '../../hooks/useQuery';
import { ManyPicker } from './Picker';
import { PickedProvider, PickerProps } from './pickerOptions';
import { frameOf } from './frameOf';
import { usePlace } from './usePlace';

const LIMIT = 500;

/** Field of a scaffolder template: Providers, those of other namespaces as `namespace/name`, as `spec.providers.default` wants them. */
export function ArenaProviderPicker(props: PickerProps<PickedProvider[]>) {
  const api = useApi(arenaApiRef);
  const place = usePlace(props);
  const { cluster, namespace } = place.value ?? {};
  const known = useQuery(
    async signal => {
      if (place.error) throw place.error;
      if (!cluster) return [];
      const { items } = await api.list(
        { cluster, kind: 'Provider', limit: LIMIT },
        { signal },
      );
      return items
        .map(({ metadata }) =>
          metadata.namespace === namespace
            ? metadata.name
            : `${metadata.namespace}/${metadata.name}`,
        )
        .sort();
    },
    [api, cluster, namespace, place.error],
    { keepPrevious: true },
  );
  return (
    <ManyPicker
      {...frameOf(props)}
      known={known}
      value={(props.formData ?? []).map(textOf)}
      onChange={texts => props.onChange(texts.map(pickedOf))}
    />
  );
}

function textOf({ providerRef }: PickedProvider): string {
  const { namespace, name } = providerRef;
  return namespace ? `${namespace}/${name}` : name;
}

function pickedOf(text: string): PickedProvider {
  const [name, namespace] = text.split('/').reverse();
  return { providerRef: namespace ? { name, namespace } : { name } };
}
