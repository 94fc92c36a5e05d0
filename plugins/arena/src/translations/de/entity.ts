import type { entityMessages } from '../../components/entity/entityMessages';
import type { Translated } from '../Translated';

/** Texts of Arena on pages of the catalog, in German. */
export const entity: Translated<typeof entityMessages> = {
  title: 'Tests von Prompts und Agenten',
  jobs: 'Arena-Jobs',
  job: 'Arena-Job',
  latest: 'Tests',
  passRate: '{{rate}} bestanden',
  interval: '95-%-Intervall {{interval}}',
  trend: 'Erfolgsquoten von der ältesten zur neuesten: {{rates}}',
  trendOf:
    'Erfolgsquoten von {{name}} von der ältesten zur neuesten: {{rates}}',
  none: 'Noch nichts testet diese Entität',
  noneDescription:
    'Ein Job tut es, wenn seine Annotation arena.backstage.io/component sie nennt. Fügen Sie dies dem YAML des Jobs hinzu:',
  annotation: 'Annotation für den Job',
  noneOfSystem: 'Noch nichts testet, woraus dieses System besteht',
  noneOfSystemDescription:
    'Versehen Sie Jobs mit der Annotation arena.backstage.io/component und der Referenz einer Komponente oder API des Systems.',
  more: 'Es gibt mehr Jobs, als hier gezeigt werden.',
  missing: 'Cluster {{name}} antwortet nicht: Seine Jobs fehlen hier',
  lastRun: 'Letzter Lauf',
  nextRun: 'Nächster Lauf',
  all: 'Alle Jobs, auch die von Zeitplänen angelegten',
  openLive: 'Live ansehen',
  load: 'Letzter Lasttest',
  loadNone: 'Noch kein Lasttest',
  loadNoneDescription:
    'Ein Job der Art loadtest sendet Gespräche mit einer Rate und misst, wie schnell und wie gut sie beantwortet werden.',
  rate: 'Gesendete Rate',
  p99: 'Latenz p99',
  errorRate: 'Fehlerquote',
  next: 'Nächster Lauf',
  nextNone: 'Nichts ist geplant',
  nextNoneDescription:
    'Ein Job mit spec.schedule läuft von selbst, zum Beispiel jede Nacht.',
  flaky: 'Wechselhafte Zellen',
  flakyNone: 'Keine wechselhaften Zellen',
  flakyNoneDescription:
    'Ein Szenario ist mit einem Anbieter wechselhaft, wenn im letzten Lauf manche Durchgänge bestanden haben und manche nicht.',
  flakyCell: '{{passed}} von {{judged}} bestanden',
  cell: '{{scenario}} mit {{provider}}',
};
