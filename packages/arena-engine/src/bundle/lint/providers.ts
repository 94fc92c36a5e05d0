import { PROVIDER_TYPES } from '../../providers/types';
import { nearMiss } from '../../text/suggest';
import { below, LintRule } from './LintReport';
import { NoEffectTable, reportNoEffect } from './noEffect';
import { providerPlace } from './places';

/** Types of the format, by role. */
const KNOWN_TYPES: Record<string, readonly string[]> = {
  llm: ['openai', 'claude', 'gemini', 'ollama', 'vllm', 'mock', 'replay'],
  image: ['imagen', 'openai', 'gemini', 'mock'],
  tts: ['elevenlabs', 'cartesia', 'openai', 'mock'],
  stt: ['openai', 'mock'],
  embedding: ['openai', 'gemini', 'voyageai', 'ollama', 'mock'],
  inference: ['huggingface', 'mock'],
};

const OFTEN_MEANT: Record<string, string> = {
  anthropic: 'claude',
  google: 'gemini',
  hf: 'huggingface',
};

const NO_EFFECT: NoEffectTable = [
  ['stream_retry', 'failed calls are repeated by class of error'],
  ['stream_max_concurrent', '-j and rate_limit bound what is in flight'],
  ['include_raw_output', 'transcripts hold what was understood'],
];

/** Fields of providers. */
export const lintProviders: LintRule = (content, report) => {
  for (const provider of content.providers) {
    const { spec, id } = provider;
    const place = providerPlace(content, provider);
    reportNoEffect(report, place, spec, NO_EFFECT);
    if (spec.id !== undefined && spec.id !== id) {
      report.warn(
        below(place, 'id'),
        `spec.id "${spec.id}" has no effect: the name is "${id}"`,
      );
    }
    const role = spec.role ?? 'llm';
    if (role === 'video') {
      report.error(
        below(place, 'role'),
        'The original refuses providers of the role video',
      );
      continue;
    }
    const known = [
      ...new Set([
        ...(KNOWN_TYPES[role] ?? []),
        ...(role === 'llm' ? PROVIDER_TYPES : []),
      ]),
    ];
    if (!known.includes(spec.type)) {
      report.error(
        below(place, 'type'),
        `Unknown type "${
          spec.type
        }" of a provider of the role ${role}: known are ${known.join(', ')}`,
        { suggestion: OFTEN_MEANT[spec.type] ?? nearMiss(spec.type, known) },
      );
    }
  }
};
