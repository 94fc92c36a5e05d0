import { RE2JS } from 're2js';

/** What is taken out of transcripts. */
export interface RedactionRule {
  readonly name: string;
  /** Of the RE2 dialect: matching takes time linear in the text, whatever the pattern. */
  readonly pattern: RE2JS;
  /** What stands in its place; taken as it is. */
  readonly replacement: string;
  /** Whether what was found is meant; absent: always. */
  confirms?(found: string): boolean;
}
