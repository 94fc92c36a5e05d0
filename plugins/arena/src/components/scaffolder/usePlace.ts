import { useApi } from '@backstage/frontend-plugin-api';
import { arenaApiRef } from '../../api';
import { Query, useQuery } from '../../hooks/useQuery';
import { PickerOptions } from './pickerOptions';

/** Where the objects are that a form speaks of, and the source that it has chosen. */
export interface Place {
  cluster: string;
  namespace: string;
  source?: string;
}

/** Reads from the other fields of a form, and from what the template says, where a picker has to look; as the actions of Arena do. */
export function usePlace({
  uiSchema,
  formContext,
}: {
  uiSchema: { 'ui:options'?: PickerOptions };
  formContext?: { formData?: Record<string, unknown> };
}): Query<Place> {
  const api = useApi(arenaApiRef);
  const form = formContext?.formData ?? {};
  const named = textOf(uiSchema['ui:options']?.cluster) ?? textOf(form.cluster);
  const namespace = textOf(form.namespace) ?? 'default';
  const source = textOf(form.source);
  return useQuery<Place>(
    async signal => {
      const cluster = named ?? (await api.clusters({ signal }))[0]?.name;
      if (!cluster) throw new Error('The portal has no clusters');
      return { cluster, namespace, source };
    },
    [api, named, namespace, source],
    { keepPrevious: true },
  );
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
