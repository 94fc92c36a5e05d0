import { HttpToolSpec } from '../../bundle/schemas/tool';
import { MediaPart } from '../../conversation/messages';
import { MAX_MEDIA_BYTES } from '../../media/loadPart';
import { ToolCallOptions } from '../Tool';
import { ToolAnswer, ToolError, ToolHandler } from '../ToolHandler';
import { MAX_RESULT_BYTES, parseToolText } from '../toolJson';
import { Variables } from '../Variables';
import { HttpClient, HttpResponse } from './HttpClient';
import { compileMapping, Mapping } from './jmespath';
import { redact } from './redact';
import { RequestBuilder } from './RequestBuilder';

/** Most characters of an error page that the model reads. */
const MAX_ERROR_TEXT = 500;

const MEDIA: ReadonlyArray<[RegExp, MediaPart['type']]> = [
  [/^image\//, 'image'],
  [/^audio\//, 'audio'],
  [/^video\//, 'video'],
  [/^application\/pdf$/, 'document'],
];

/** Asks an HTTP server. */
export class HttpHandler implements ToolHandler {
  private readonly requests: RequestBuilder;
  private readonly responseMapping?: Mapping;

  constructor(
    private readonly spec: HttpToolSpec,
    private readonly options: {
      client: HttpClient;
      variables: Variables;
      credentialSlots?: Readonly<Record<string, string>>;
    },
  ) {
    this.requests = new RequestBuilder(
      spec,
      options.variables,
      options.credentialSlots,
    );
    if (spec.response?.body_mapping) {
      this.responseMapping = compileMapping(
        spec.response.body_mapping,
        'http.response.body_mapping',
      );
    }
  }

  async handle(
    args: Record<string, unknown>,
    { signal }: ToolCallOptions,
  ): Promise<ToolAnswer> {
    const response = await this.options.client.send(this.requests.build(args), {
      signal,
      maxBytes: type =>
        this.mediaType(type) ? MAX_MEDIA_BYTES : MAX_RESULT_BYTES,
    });
    if (response.status < 200 || response.status > 299) {
      throw new ToolError(`HTTP ${response.status}${this.errorText(response)}`);
    }
    const type = this.mediaType(response.contentType);
    if (type) return mediaAnswer(type, response);
    if (mediaTypeOf(response.contentType)) {
      throw new ToolError(
        `the answer is ${response.contentType}, which http.multimodal does not allow`,
      );
    }
    return { value: this.read(response) };
  }

  /** The kind of media of an answer, when the tool may give it. */
  private mediaType(contentType: string): MediaPart['type'] | undefined {
    const { multimodal } = this.spec;
    if (!multimodal) return undefined;
    if (multimodal !== true) {
      if (multimodal.enabled === false) return undefined;
      const accepted = multimodal.accept_types ?? [];
      const isAccepted = accepted.some(
        type =>
          type === contentType ||
          type === '*/*' ||
          (type.endsWith('/*') && contentType.startsWith(type.slice(0, -1))),
      );
      if (accepted.length > 0 && !isAccepted) return undefined;
    }
    return mediaTypeOf(contentType);
  }

  private read({ body }: HttpResponse): unknown {
    const fields = this.spec.redact ?? [];
    // A mapping may give a redacted field another name, or make a field of that name.
    const value = redact(parseToolText(body.toString('utf8')), fields);
    return this.responseMapping
      ? redact(this.responseMapping(value), fields)
      : value;
  }

  private errorText({ body, contentType }: HttpResponse): string {
    if (mediaTypeOf(contentType) || body.length === 0) return '';
    const text = this.options.variables.redact(body.toString('utf8'));
    const fields = this.spec.redact ?? [];
    if (fields.length === 0) return `: ${text.slice(0, MAX_ERROR_TEXT)}`;
    const value = parseToolText(text);
    // What cannot be read cannot be redacted either.
    if (typeof value === 'string') return '';
    const redacted = JSON.stringify(redact(value, fields));
    return `: ${redacted.slice(0, MAX_ERROR_TEXT)}`;
  }
}

function mediaTypeOf(contentType: string): MediaPart['type'] | undefined {
  // A drawing in XML is text that a model can read.
  if (contentType === 'image/svg+xml') return undefined;
  return MEDIA.find(([pattern]) => pattern.test(contentType))?.[1];
}

function mediaAnswer(
  type: MediaPart['type'],
  { contentType, body }: HttpResponse,
): ToolAnswer {
  return {
    value: { type, mime_type: contentType, bytes: body.length },
    parts: [{ type, mimeType: contentType, data: body.toString('base64') }],
  };
}
