/** What an answer of the Kubernetes plugin's proxy says went wrong: in the words of the API server, or of the portal itself. */
export async function faultOf(response: Response): Promise<Error> {
  const text = await response.text();
  return new Error(
    messageIn(text) ?? `${response.status} ${response.statusText}: ${text}`,
  );
}

function messageIn(text: string): string | undefined {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return undefined;
  }
  const messageOf = (value: unknown): unknown =>
    typeof value === 'object' && value !== null
      ? Reflect.get(value, 'message') ?? messageOf(Reflect.get(value, 'error'))
      : undefined;
  const message = messageOf(body);
  return typeof message === 'string' && message ? message : undefined;
}
