import { HttpError } from '@ehr/delivery-http';

/** An answer of Dokploy that was not a success; knows which of the many 401 it is. Carries no body. */
export function answerError(
  procedure: string,
  response: Response,
  text: string,
  keyHasWorked: boolean,
): HttpError {
  const { status } = response;
  // tRPC's shape where there is one; the answer to a refused key has no `code`.
  const { message, code } = readError(text) ?? {};
  const detail = message === undefined ? '' : `: ${message.slice(0, 300)}`;
  if (status === 429) return new HttpError(`Dokploy throttles ${procedure}.`, response);
  if (status === 401 && code === undefined && keyHasWorked) {
    return new HttpError(
      `Dokploy accepted the API key a moment ago and now refuses it (401 to ${procedure}): its rate limit is used up, or it was taken away.`,
      response,
      'throttled',
    );
  }
  if (status === 401 && code === undefined) {
    return new HttpError(
      `Dokploy does not accept the API key (401 to ${procedure}): it is wrong, expired, or its rate limit is used up.`,
      response,
    );
  }
  if (status === 401 || status === 403) {
    return new HttpError(`Dokploy's user of this key may not ${procedure}${detail}.`, response);
  }
  const redirect = status >= 300 && status < 400 ? ', a redirect that is not followed' : '';
  return new HttpError(
    `Dokploy answered ${status} to ${procedure}${redirect}${detail}.`,
    response,
    // A 5xx in tRPC's shape comes from Dokploy itself, not from a gateway before it: it would come again.
    status >= 500 && code !== undefined ? 'refused' : undefined,
  );
}

/** `message` and `code` of a JSON body; undefined for plain text (`Invalid JSON`) and for a proxy's page. */
export function readError(text: string): { message?: string; code?: string } | undefined {
  try {
    const { message, code } = JSON.parse(text) as { message?: unknown; code?: unknown };
    return {
      ...(typeof message === 'string' && { message: message.trim() }),
      ...(typeof code === 'string' && { code }),
    };
  } catch {
    return undefined;
  }
}
