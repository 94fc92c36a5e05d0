import { RE2JS } from 're2js';

/** What is taken out of transcripts. */
export interface RedactionRule {
  readonly name: string;
  /** Of the RE2 dialect: matching takes time linear in the text, whatever the pattern. */
  readonly pattern: RE2JS;
  /** What stands in its place; taken as it is. */
  readonly replacement: string;
  /** Which parts of what was found are meant, in order, by start and end; absent: all of it. */
  partsOf?(found: string): ReadonlyArray<readonly [start: number, end: number]>;
}
