import type { SeenRequest } from '@ehr/testing-fakes';

/** Which server a request went to. */
export type Side = 'registry' | 'dokploy';

/** One request of a deploy, to either server. */
export interface MatrixRequest extends SeenRequest {
  readonly side: Side;
  /** What it is for, whatever ids it holds: `registry PUT tag staging`, `dokploy POST compose.deploy`. */
  readonly kind: string;
}

/** What a request is for; two requests of one kind meet a fault alike. */
export function kindOf(side: Side, request: SeenRequest): string {
  const { method, path } = request;
  if (side === 'dokploy') return `dokploy ${method} ${path.replace('/api/', '')}`;
  const [, , , what = '', name = ''] = /^\/v2\/([^/]+)\/([^/]+)\/([^/]+)\/(.*)$/.exec(path) ?? [];
  const anonymous = request.authorized ? '' : ', not signed in';
  if (what === 'tags') return `registry ${method} tags${anonymous}`;
  if (what === 'blobs')
    return `registry ${method} ${name.startsWith('uploads') ? 'upload' : 'blob'}${anonymous}`;
  return `registry ${method} ${describeTag(name)}${anonymous}`;
}

/** In the table: the server, and whether the request may change something. */
export function columnOf(kind: string): string {
  const [side = '', method = ''] = kind.split(' ');
  return `${side} ${method === 'GET' || method === 'HEAD' ? 'reads' : 'writes'}`;
}

function describeTag(name: string): string {
  if (name.startsWith('sha256:')) return 'manifest';
  if (/^journal-\d/.test(name)) return 'journal';
  return `tag ${name.replace(/-[0-9a-f]{7,}$/, '')}`;
}
