import { below, LintRule } from './LintReport';
import { NoEffectTable, reportNoEffect } from './noEffect';
import { arenaPlace, providerPlace, scenarioPlace } from './places';

const WHY = 'speech is not supported';

const ARENA_FIELDS: NoEffectTable = [
  ['tts_providers', WHY],
  ['stt_providers', WHY],
  ['voices', WHY],
  ['defaults.monitor', WHY],
];

const PROVIDER_FIELDS: NoEffectTable = [
  ['voice', WHY],
  ['sample_rate', WHY],
  ['audio_files', WHY],
];

/** What only spoken conversations use. */
export const lintSpeech: LintRule = (content, report) => {
  reportNoEffect(report, arenaPlace(content), content.arena, ARENA_FIELDS);
  for (const scenario of content.scenarios) {
    const place = scenarioPlace(content, scenario);
    if (scenario.spec.duplex) {
      report.error(
        below(place, 'duplex'),
        'Spoken conversations (duplex) are not supported: a run of this scenario is refused',
        { key: true },
      );
    } else if (scenario.spec.voice !== undefined) {
      report.warn(below(place, 'voice'), `voice has no effect: ${WHY}`, {
        key: true,
      });
    }
  }
  for (const provider of content.providers) {
    const place = providerPlace(content, provider);
    const { role } = provider.spec;
    if (role === 'tts' || role === 'stt') {
      report.warn(
        below(place, 'role'),
        `A provider of the role ${role} has no effect: ${WHY}`,
      );
    } else {
      reportNoEffect(report, place, provider.spec, PROVIDER_FIELDS);
    }
  }
};
