/** Where a listing goes on (distribution spec § Listing Tags, RFC 8288 `Link`); undefined on its last page. */
export function nextPage({ headers }: Pick<Response, 'headers'>): string | undefined {
  return /<([^>]+)>;\s*rel="?next"?/.exec(headers.get('link') ?? '')?.[1];
}
