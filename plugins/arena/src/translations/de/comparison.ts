import type { comparisonMessages } from '../../components/comparison/comparisonMessages';
import type { Translated } from '../Translated';
import { runSet } from './runSet';

/** Texts about comparisons of runs, in German. */
export const comparison: Translated<typeof comparisonMessages> = {
  set: runSet,
  title: 'Verglichen mit der Referenz',
  error: 'Was die Referenz ergab, lässt sich nicht zeigen',
  verdicts: {
    Regression: 'Verschlechtert',
    NoRegression: 'Nicht verschlechtert',
    NothingInCommon: 'Nichts gemeinsam',
    NoBaseline: 'Noch keine Referenz',
    BaselineGone: 'Referenz nicht mehr da',
  },
  baseline: 'Referenz',
  passRate: 'Erfolgsquote',
  passRateChange: '{{before}} zu {{after}}',
  change: 'Änderung',
  changeWithInterval:
    '{{effect}} Punkte ({{confidence}}-%-Intervall {{low}} bis {{high}})',
  chance: 'Zufall, wenn sich nichts geändert hätte',
  chanceBelow: 'unter 0,01 %',
  decidedBy: 'Gefunden in',
  decidedByWhat: {
    whole: 'dem Ganzen',
    cells: 'einzelnen Zellen',
  },
  compared: 'Verglichen',
  comparedCounts: '{{cells}} Zellen von {{scenarios}} Szenarien',
  excluded: 'Nicht verglichen',
  excludedCounts: '{{added}} neu, {{gone}} weg, {{edited}} geändert',
  inputs: 'Was geändert wurde',
  inputsNone: 'Nichts: dieselbe Quelle, dieselben Anbieter, dieselbe Engine',
  input: {
    source: 'Quelle',
    scenarios: 'Szenarien',
    providers: 'Anbieter',
    tools: 'Werkzeuge',
    engine: 'Engine',
    settings: 'Einstellungen',
  },
  cells: 'Zellen, die sich geändert haben',
  scenario: 'Szenario',
  provider: 'Anbieter',
  before: 'Vorher',
  now: 'Jetzt',
  what: 'Änderung',
  changes: {
    regressed: 'Verschlechtert',
    fixed: 'Behoben',
    worse: 'Schlechter',
    better: 'Besser',
    flaky: 'Wechselhaft',
    unchanged: 'Unverändert',
  },
  changesHint: {
    regressed:
      'Weniger Durchgänge bestehen, mehr als durch Zufall zu erklären ist',
    fixed: 'Mehr Durchgänge bestehen, mehr als durch Zufall zu erklären ist',
    worse:
      'Kein Durchgang besteht mehr, aber es sind zu wenige, um Zufall auszuschließen',
    better:
      'Alle Durchgänge bestehen jetzt, aber es sind zu wenige, um Zufall auszuschließen',
    flaky:
      'Durchgänge eines Laufs unterscheiden sich, die Läufe nicht mehr als diese',
    unchanged: 'Alle Durchgänge beider Läufe stimmen überein',
  },
  cell: '{{passed}} von {{judged}}',
  variant: 'Variante {{variant}}',
  more: '{{number}} weitere geänderte Zellen sind nicht aufgeführt',
  trend: {
    title: 'Verlauf',
    none: 'Noch kein Lauf ist zu Ende',
    noneDescription:
      'Jeder Lauf, der endet, erscheint hier: wie viele Fälle bestanden haben, wie lange sie dauerten und was sie kosteten.',
    error: 'Der Verlauf lässt sich nicht zeigen',
    passRate: 'Erfolgsquote',
    passRateHint: 'mit ihrem 95-%-Intervall',
    latency: 'Zeit je Fall',
    latencyHint: 'Median und 95. Perzentil',
    cost: 'Kosten',
    flaky: 'Wechselhafte Zellen',
    p50: 'p50',
    p95: 'p95',
    label:
      '{{title}} von {{number}} Läufen, von {{first}} bis {{last}}; zuletzt {{value}}',
    point: '{{time}}: {{value}}',
    interval: 'Intervall {{interval}}',
    changed: 'geändert: {{inputs}}',
    legend:
      'Jeder Punkt ist ein Lauf. Eine gestrichelte Linie zeigt, wo sich Quelle, Anbieter, Szenarien oder Engine geändert haben.',
    table: 'Alle Zahlen als Tabelle',
    when: 'Beendet',
    outcome: 'Ausgang',
    inputs: 'Davor geändert',
  },
};
