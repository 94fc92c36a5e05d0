import type { homeMessages } from '../../components/home/homeMessages';
import type { Translated } from '../Translated';

/** Texts of Arena on the home page, in German. */
export const home: Translated<typeof homeMessages> = {
  title: 'Meine Arena',
  running: 'Läuft gerade',
  failing: 'Fehlgeschlagen',
  next: 'Als Nächstes geplant',
  runningNone: 'Nichts von Ihnen läuft.',
  failingNone: 'Nichts von Ihnen ist fehlgeschlagen.',
  nextNone: 'Nichts von Ihnen ist geplant.',
  none: 'Noch gehört Ihnen kein Job',
  noneDescription:
    'Ein Job gehört Ihnen, wenn seine Annotation arena.backstage.io/owner Sie oder eine Ihrer Gruppen nennt, oder wenn Sie ihn angelegt haben und sie niemanden nennt.',
  all: 'Alle Jobs',
  error: 'Ihre Jobs konnten nicht gelesen werden',
  more_one: 'und {{count}} weiterer',
  more_other: 'und {{count}} weitere',
};
