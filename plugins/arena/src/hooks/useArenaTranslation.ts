import {
  TranslationFunction,
  TranslationRef,
  useTranslationRef,
} from '@backstage/frontend-plugin-api';
import { setLocale } from '../lib/locale';
import { arenaTranslationRef } from '../translation';

type ArenaMessages = typeof arenaTranslationRef extends TranslationRef<
  string,
  infer TMessages
>
  ? TMessages
  : never;

/** Texts of the plugin in the reader's language. */
export function useArenaTranslation(): {
  t: TranslationFunction<ArenaMessages>;
} {
  const translation = useTranslationRef(arenaTranslationRef);
  setLocale(translation.t('locale'));
  return translation;
}
