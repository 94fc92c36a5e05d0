import { Entity } from '@backstage/catalog-model';
import { ARENA_ENTITY_ANNOTATIONS } from '@backstage-arena/plugin-arena-common';

/** Annotation of entities that want the cards although nothing relates a job to them. */
const JOBS = 'arena.backstage.io/jobs';
/** Kinds that a job can test. */
const TESTABLE = ['component', 'api'];

/** What is asked about an entity: components and APIs by reference, jobs by that of their entities. */
export interface EntityTests {
  components: string[];
  jobs: string[];
}

/** The tests of an entity: those of itself, of what it is made of, and of what the catalog relates to it. */
export function testsOf(entity: Entity, ref: string): EntityTests {
  const kindOf = (other: string) => other.split(':')[0];
  const related = entity.relations ?? [];
  const parts = related
    .filter(({ type }) => type === 'hasPart')
    .map(({ targetRef }) => targetRef);
  const own = TESTABLE.includes(entity.kind.toLowerCase()) ? [ref] : [];
  return {
    components: [
      ...own,
      ...parts.filter(one => TESTABLE.includes(kindOf(one))),
    ],
    jobs: [
      ...new Set(
        related
          .map(({ targetRef }) => targetRef)
          .filter(one => kindOf(one) === 'arenajob'),
      ),
    ],
  };
}

/** True for components, APIs and systems that say that they are tested, or that a job is related to: others have no use for more than one card. */
export function isTested(entity: Entity): boolean {
  const annotations = entity.metadata.annotations ?? {};
  if (![...TESTABLE, 'system'].includes(entity.kind.toLowerCase()))
    return false;
  return (
    annotations[JOBS] === 'true' ||
    annotations[ARENA_ENTITY_ANNOTATIONS.cluster] !== undefined ||
    (entity.relations ?? []).some(({ targetRef }) =>
      targetRef.startsWith('arenajob:'),
    )
  );
}
