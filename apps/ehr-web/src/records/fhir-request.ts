import { askService, type Kept } from '../session/kept-by-api.ts';
import { visitor } from '../session/visitor.ts';

/** What came of asking ehr-api. Pages show every case; none of them throws. */
export type RecordsAnswer<T> =
  | Kept<T>
  /** Nobody is signed in any more. */
  | { readonly kind: 'signed-out' };

/** One request to the FHIR service, of whoever is signed in. `route` names it in the log, where the real address has no place. */
export async function fhirRequest<T>(
  route: string,
  path: string,
  init: RequestInit = {},
): Promise<RecordsAnswer<T>> {
  const who = await visitor();
  if (who.kind !== 'signed-in' && who.kind !== 'open') return who;
  const answer = await askService<T>(route, `/fhir${path}`, {
    ...init,
    headers: {
      ...(who.kind === 'signed-in' && { authorization: `Bearer ${who.session.tokens.access}` }),
      accept: 'application/fhir+json',
      ...(init.headers as Record<string, string>),
    },
  });
  return answer.kind === 'refused' && answer.status === 401 ? { kind: 'signed-out' } : answer;
}
