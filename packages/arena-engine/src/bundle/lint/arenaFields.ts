import { arenaFeatures } from '../../plan/unsupportedFeatures';
import { below, LintRule } from './LintReport';
import { NoEffectTable, reportNoEffect } from './noEffect';
import { arenaPlace } from './places';

const NO_EFFECT: NoEffectTable = [
  ['defaults.output.dir', 'reports go to the folder that -o names'],
  ['defaults.output.junit.file', 'the report goes to the folder that -o names'],
  ['defaults.output.html', 'HTML reports do not exist anymore'],
  ['defaults.fail_on', 'every error fails its item'],
  ['defaults.html_report', 'it is deprecated; use output.formats'],
  ['defaults.out_dir', 'it is deprecated; use -o'],
  ['defaults.output_formats', 'it is deprecated; use output.formats'],
  ['defaults.markdown_config', 'it is deprecated; use output.markdown'],
  ['judge_defaults', 'judges use their own words'],
  ['self_play.enabled', 'self_play is on when it is there'],
  ['agents', 'a run of a bundle does not look at it'],
  ['deploy', 'it is for deployments, not for runs'],
];

/** Fields of the arena file that do not do what they say. */
export const lintArenaFields: LintRule = (content, report) => {
  const place = arenaPlace(content);
  const { arena } = content;
  reportNoEffect(report, place, arena, NO_EFFECT);

  const formats = arena.defaults.output?.formats ?? [];
  if (formats.includes('html')) {
    report.warn(
      below(place, 'defaults', 'output', 'formats', formats.indexOf('html')),
      'HTML reports do not exist anymore: the original writes Markdown instead',
      { suggestion: 'markdown' },
    );
  }
  for (const { feature } of arenaFeatures(content)) {
    const [field] = feature.split(' ');
    report.error(
      below(place, ...field.split('.')),
      `${feature} is not supported: runs of this bundle are refused`,
      { key: true },
    );
  }
};
