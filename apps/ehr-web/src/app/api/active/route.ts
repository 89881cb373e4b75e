import { isSameOrigin } from '../../../http/is-same-origin.ts';
import { visitor } from '../../../session/visitor.ts';

/** Somebody types or reads: their session lasts on. */
export async function POST(request: Request): Promise<Response> {
  if (!isSameOrigin(request.headers)) return new Response(null, { status: 403 });
  const { kind } = await visitor();
  return new Response(null, {
    status: kind === 'signed-out' ? 401 : 204,
    headers: { 'cache-control': 'no-store' },
  });
}
