/** Ids that were met so far. */
export class UniqueIds {
  private readonly ids = new Set<string>();

  /** False when the id was there before. */
  add(id: string): boolean {
    if (this.ids.has(id)) return false;
    this.ids.add(id);
    return true;
  }
}
