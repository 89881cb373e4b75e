import { headers } from 'next/headers';
import { openResponses, OWN_RESPONSE } from './open-responses.ts';

/**
 * Gives the page that is being made its status. Next has a way for 404 alone, and that page is empty without JavaScript. Of
 * `next dev`, which starts without us, it stays 200.
 */
export async function answerWith(status: 403 | 404 | 503): Promise<void> {
  const response = openResponses().get((await headers()).get(OWN_RESPONSE) ?? '');
  if (response !== undefined) response.statusCode = status;
}
