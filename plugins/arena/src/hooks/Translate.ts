import { TranslationRef } from '@backstage/frontend-plugin-api';
import type { arenaTranslationRef } from '../translation';

type Texts = typeof arenaTranslationRef extends TranslationRef<
  string,
  infer TMessages
>
  ? TMessages
  : never;

type WithoutPlural<TName> = TName extends `${infer TKey}_${'one' | 'other'}`
  ? TKey
  : TName;

/** Texts by the keys that they are asked for by, all plurals of one together. */
type TextsByKey = {
  [TName in keyof Texts as WithoutPlural<TName>]: Texts[TName];
};

/** What a text leaves open: the names in its `{{name}}`. */
type Gaps<TText> = TText extends `${string}{{${infer TName}}}${infer TRest}`
  ? TName | Gaps<TRest>
  : never;

type GapsByKey = {
  [TKey in keyof TextsByKey]:
    | Gaps<TextsByKey[TKey]>
    | (`${TKey}_other` extends keyof Texts ? 'count' : never);
};

type ValuesFor<TGaps extends string> = [TGaps] extends [never]
  ? []
  : [values: { [TName in TGaps]: TName extends 'count' ? number : string }];

/**
 * Gives a text in the reader's language. The same as the framework's function, for the texts of this plugin alone: that one's type
 * goes through all texts anew at every call, which took minutes to check.
 */
export type Translate = <TKey extends keyof GapsByKey>(
  key: TKey,
  ...values: ValuesFor<GapsByKey[TKey]>
) => string;
