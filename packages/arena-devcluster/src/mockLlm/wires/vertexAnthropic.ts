import { anthropic, parseMessages } from './anthropic';
import { refuse, string, Wire } from './Wire';

const PATH =
  /\/publishers\/anthropic\/models\/([^/:]+):(rawPredict|streamRawPredict)$/;

/** Vertex with models of Anthropic. */
export const vertexAnthropic: Wire = {
  ...anthropic,
  name: 'vertex-anthropic',
  matches: path => PATH.test(path),

  parse(path, body, headers) {
    if (!string(headers.authorization).startsWith('Bearer ')) {
      refuse('Request is missing required authentication credential');
    }
    if (body.anthropic_version !== 'vertex-2023-10-16') {
      refuse('anthropic_version: Field required');
    }
    const [, model = '', method] = PATH.exec(path) ?? [];
    const parsed = parseMessages(this.name, decodeURIComponent(model), body);
    if (parsed.stream !== (method === 'streamRawPredict')) {
      refuse('stream: does not fit the method');
    }
    return parsed;
  },
};
