import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { arenaTranslationRef } from '../translation';

/** Texts of the plugin in the reader's language. */
export function useArenaTranslation() {
  return useTranslationRef(arenaTranslationRef);
}
