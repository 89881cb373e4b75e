export type WebhookVerdict =
  | { readonly kind: 'queued' }
  /** The server behind the gateway was away. */
  | { readonly kind: 'again' }
  | { readonly kind: 'refused'; readonly text: string };

/** Only status 200 together with the deploy message is a success: 301, 200 for a ping and 404 all mean "not deployed". */
export function judgeWebhookAnswer(status: number, body: string): WebhookVerdict {
  const message = messageOf(body);
  if (status === 200 && /^(Compose|Application) deployed successfully$/.test(message))
    return { kind: 'queued' };
  if (status === 408 || status === 429 || status >= 500) return { kind: 'again' };
  return {
    kind: 'refused',
    text: `The webhook answered ${status} and did not deploy: ${message === '' ? 'no message' : message.slice(0, 300)}.${advice(status, message)}`,
  };
}

function advice(status: number, message: string): string {
  if (message.startsWith('Automatic deployments are disabled'))
    return ' Switch on Auto Deploy of the service.';
  if (status === 404)
    return ' Its token was rotated, or belongs to another kind of service: copy the address again.';
  if (message === 'Branch Not Match' || message === 'Watch Paths Not Match') {
    return ' The service follows another branch or other files.';
  }
  if (message.startsWith('Application'))
    return ' The application names another image than the one announced.';
  if (status === 308) return ' The address is not the one Dokploy shows; redirects are not followed.';
  return '';
}

function messageOf(body: string): string {
  try {
    const { message } = JSON.parse(body) as { message?: unknown };
    return typeof message === 'string' ? message : '';
  } catch {
    return body.trim();
  }
}
