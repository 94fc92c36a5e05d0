import { PermissionSubject } from './PermissionSubject';

/**
 * What a rule asks of a subject, as data, so that a database can ask it as well.
 *
 * @public
 */
export type SubjectFilter =
  | {
      field: 'cluster' | 'namespace' | 'type' | 'kind';
      /** One of them. */
      values: string[];
    }
  | {
      field: 'owner';
      /** Entity references; one of them created the subject or owns it. */
      claims: string[];
    }
  | {
      field: 'label';
      key: string;
      /** Absent: any value. */
      value?: string;
    };

export function matchesFilter(
  subject: PermissionSubject,
  filter: SubjectFilter,
): boolean {
  switch (filter.field) {
    case 'owner': {
      const creators = filter.claims.map(lower);
      return (
        (subject.creator !== '' && creators.includes(lower(subject.creator))) ||
        (subject.owner !== '' &&
          ownerForms(filter.claims).includes(lower(subject.owner)))
      );
    }
    case 'label':
      return (
        Object.hasOwn(subject.labels, filter.key) &&
        (filter.value === undefined ||
          subject.labels[filter.key] === filter.value)
      );
    default:
      return filter.values.includes(subject[filter.field]);
  }
}

/**
 * Every way in which an annotation may name one of these entities, in lower case: as in the catalog, an owner without a kind is a group,
 * and one without a namespace of `default`.
 */
export function ownerForms(claims: readonly string[]): string[] {
  return claims.flatMap(claim => {
    const [, kind, namespace, name] =
      /^([^:/]+):([^:/]+)\/([^:/]+)$/.exec(lower(claim)) ?? [];
    if (name === undefined) return [lower(claim)];
    const namespaces =
      namespace === 'default' ? [`${namespace}/`, ''] : [`${namespace}/`];
    const kinds = kind === 'group' ? [`${kind}:`, ''] : [`${kind}:`];
    return kinds.flatMap(k => namespaces.map(n => `${k}${n}${name}`));
  });
}

export function lower(text: string): string {
  return text.toLocaleLowerCase('en-US');
}
