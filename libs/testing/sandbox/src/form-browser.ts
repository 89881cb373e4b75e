/** What a browser does with redirects, cookies and forms, and no more. */
export class FormBrowser {
  readonly #cookies = new Map<string, string>();

  /** Follows redirects as far as `until` allows; the last answer, or the address that is not followed. */
  async open(
    url: string,
    until: string,
    init: RequestInit = {},
  ): Promise<{ readonly at: string; readonly html?: string }> {
    const answer = await fetch(url, {
      redirect: 'manual',
      ...init,
      headers: { cookie: [...this.#cookies].map((pair) => pair.join('=')).join('; '), ...init.headers },
    });
    for (const line of answer.headers.getSetCookie()) {
      const [pair = ''] = line.split(';');
      const at = pair.indexOf('=');
      this.#cookies.set(pair.slice(0, at), pair.slice(at + 1));
    }
    const location = answer.headers.get('location');
    if (location === null) return { at: url, html: await answer.text() };
    const next = new URL(location, url).href;
    return next.startsWith(until) ? { at: next } : this.open(next, until);
  }

  /** Sends the form of a page, with these fields. */
  async submit(
    { at, html = '' }: { readonly at: string; readonly html?: string },
    fields: Record<string, string>,
    until: string,
  ): Promise<{ readonly at: string; readonly html?: string }> {
    const action = /<form method="post" action="([^"]+)"/u.exec(html)?.[1];
    if (action === undefined) throw new Error(`There is no form: ${html.slice(0, 500)}`);
    return this.open(new URL(action, at).href, until, {
      method: 'POST',
      body: new URLSearchParams(fields).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
  }
}
