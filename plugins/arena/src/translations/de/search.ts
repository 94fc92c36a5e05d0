import type { searchMessages } from '../../components/search/searchMessages';
import type { Translated } from '../Translated';

/** Texts about Arena among the results of a search, in German. */
export const search: Translated<typeof searchMessages> = {
  source: 'Quelle von Tests',
  owner: 'Verantwortlich: {{owner}}',
  namespace: 'Namespace: {{namespace}}',
};
