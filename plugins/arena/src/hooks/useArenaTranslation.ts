import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { setLocale } from '../lib/locale';
import { arenaTranslationRef } from '../translation';
import { Translate } from './Translate';

/** Texts of the plugin in the reader's language. */
export function useArenaTranslation(): { t: Translate } {
  const { t } = useTranslationRef(arenaTranslationRef);
  setLocale(t('locale'));
  return { t: t as Translate };
}
