import { ChatRequest, SamplingParams } from '../ChatProvider';
import { Json } from '../http/read';

/** What every dialect needs to know of a provider. */
export interface DialectOptions {
  model: string;
  /** Parameters that are not sent, by the names of the bundle format or of the vendor. */
  unsupportedParams: readonly string[];
  /** Fields that are added to every request, over those of the dialect. */
  extraBody: Json;
}

const BUNDLE_NAMES: Record<keyof SamplingParams, string> = {
  temperature: 'temperature',
  topP: 'top_p',
  maxTokens: 'max_tokens',
  seed: 'seed',
};

/** The sampling parameters under a vendor's names. What has no name there, or is not supported, is left out. */
export function samplingFields(
  { sampling }: ChatRequest,
  names: Partial<Record<keyof SamplingParams, string>>,
  { unsupportedParams }: DialectOptions,
): Json {
  const fields: Json = {};
  for (const key of Object.keys(BUNDLE_NAMES) as Array<keyof SamplingParams>) {
    const name = names[key];
    const value = sampling[key];
    if (
      name !== undefined &&
      value !== undefined &&
      !unsupportedParams.includes(BUNDLE_NAMES[key])
    ) {
      fields[name] = value;
    }
  }
  return fields;
}

/** Writes a request; fields that are undefined are left out. */
export function writeBody(body: Json, options: DialectOptions): string {
  const whole: Json = { ...body, ...options.extraBody };
  options.unsupportedParams.forEach(name => delete whole[name]);
  return JSON.stringify(whole);
}
