import { ChatRequest } from '../ChatProvider';

/** The system prompt for a vendor that refuses plain JSON mode unless something in the request speaks of JSON. */
export function systemMentioningJson(request: ChatRequest): string {
  return request.responseFormat?.type === 'json_object' &&
    !mentionsJson(request)
    ? withJsonInstruction(request)
    : request.system;
}

function mentionsJson({ system, messages }: ChatRequest): boolean {
  return (
    /json/i.test(system) ||
    messages.some(({ content }) => /json/i.test(content))
  );
}

/** The system prompt, with an instruction to answer in JSON, for where the vendor has no switch for it. */
export function withJsonInstruction(request: ChatRequest): string {
  const { system, responseFormat } = request;
  const instruction =
    responseFormat?.type === 'json_schema'
      ? `Answer with one JSON object that fits this JSON schema, and nothing else:\n${JSON.stringify(
          responseFormat.schema,
        )}`
      : 'Answer with one JSON object and nothing else.';
  return system === '' ? instruction : `${system}\n\n${instruction}`;
}
