import { Entity, stringifyEntityRef } from '@backstage/catalog-model';
import { createHash } from 'node:crypto';

/** An entity as the catalog should have it. */
export interface Page {
  entity: Entity;
  /** Version of the object that it was made of. */
  version: string;
}

/** What has to be done so that the catalog has what it should. */
export interface Difference {
  added: Entity[];
  /** References. */
  removed: string[];
}

/**
 * What the catalog has of one cluster: of each entity a hash, and the version of its object. About 200 bytes an entity.
 */
export class EntityBook {
  private readonly entries = new Map<
    string,
    { hash: string; version: string }
  >();

  get size(): number {
    return this.entries.size;
  }

  /** What differs from all that should be there, among the entities of some kinds. */
  compare(
    pages: Iterable<Page>,
    isCompared: (ref: string) => boolean = () => true,
  ): Difference {
    const wanted = new Map<string, Entity>();
    for (const { entity } of pages) {
      wanted.set(stringifyEntityRef(entity), entity);
    }
    return {
      added: [...wanted]
        .filter(([ref, entity]) => !this.has(ref, entity))
        .map(([, entity]) => entity),
      removed: [...this.entries.keys()].filter(
        ref => isCompared(ref) && !wanted.has(ref),
      ),
    };
  }

  /** Whether the catalog has exactly this entity. */
  has(ref: string, entity: Entity): boolean {
    return this.entries.get(ref)?.hash === hashOf(entity);
  }

  hasRef(ref: string): boolean {
    return this.entries.has(ref);
  }

  /** Whether a version of an object is older than the one that is known. Versions that are no numbers cannot be compared. */
  isNewer(ref: string, version: string): boolean {
    const known = this.entries.get(ref)?.version;
    return known !== undefined && isNumber(known) && isNumber(version)
      ? BigInt(known) > BigInt(version)
      : false;
  }

  write({ entity, version }: Page): void {
    this.entries.set(stringifyEntityRef(entity), {
      hash: hashOf(entity),
      version,
    });
  }

  erase(ref: string): void {
    this.entries.delete(ref);
  }
}

function isNumber(version: string): boolean {
  return /^\d+$/.test(version);
}

function hashOf(entity: Entity): string {
  return createHash('sha1').update(JSON.stringify(entity)).digest('base64');
}
