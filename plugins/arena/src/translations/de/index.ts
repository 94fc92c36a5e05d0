import { flatMessages } from '../flatMessages';
import { comments } from './comments';
import { common } from './common';
import { comparison } from './comparison';
import { dataset } from './dataset';
import { entity } from './entity';
import { home } from './home';
import { load } from './load';
import { scaffolder } from './scaffolder';
import { schedule } from './schedule';
import { search } from './search';
import { source } from './source';

/**
 * All texts of the plugin in German, by their whole keys. Each group is checked against the English one where it is written; comparing more than a
 * thousand keys once more, as the framework's type would, takes minutes.
 */
export default flatMessages({
  ...common,
  comments,
  comparison,
  dataset,
  entity,
  home,
  load,
  scaffolder,
  schedule,
  search,
  source,
}) as never;
