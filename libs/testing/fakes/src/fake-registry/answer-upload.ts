import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { refuse } from './refuse.ts';
import type { RegistryRules } from './registry-rules.ts';
import { contentDigest, type StoredRepository } from './stored-images.ts';

/** What has come of an upload so far, and in how many chunks. */
interface Upload {
  readonly content: readonly Buffer[];
  readonly chunks: number;
}

/** Answers POST, PATCH, PUT and GET under `blobs/uploads/` of one repository. */
export type AnswerUpload = (
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  body: Buffer,
) => void;

/** Uploads to one repository of a registry with these rules; `siblings` are its other repositories. */
export function createUploads(
  rules: RegistryRules,
  repository: StoredRepository,
  siblings: (name: string) => StoredRepository | undefined,
): AnswerUpload {
  const uploads = new Map<string, Upload>();
  const { largest = Infinity, smallest, status, kept } = rules.chunks;

  const size = ({ content }: Upload) => content.reduce((sum, { length }) => sum + length, 0);
  const goOn = (response: ServerResponse, code: number, path: string, upload: Upload) =>
    void response
      .writeHead(code, {
        location: path,
        range: `0-${Math.max(0, size(upload) - 1)}`,
        ...(smallest !== undefined && { 'oci-chunk-min-length': String(smallest) }),
      })
      .end();

  return ({ method = '', headers }, response, url, body) => {
    const id = url.pathname.split('/').at(-1) ?? '';
    const upload = uploads.get(id);
    if (method === 'POST') {
      const mount = url.searchParams.get('mount') ?? '';
      const blob = rules.mounts ? siblings(url.searchParams.get('from') ?? '')?.blobs.get(mount) : undefined;
      if (blob !== undefined) {
        repository.blobs.set(mount, blob);
        return void response.writeHead(201, { location: `/v2/blobs/${mount}` }).end();
      }
      const made = randomUUID();
      uploads.set(made, { content: [], chunks: 0 });
      return goOn(response, 202, `${url.pathname.replace(/\/?$/, '/')}${made}`, { content: [], chunks: 0 });
    }
    if (upload === undefined) return refuse(response, 404, 'BLOB_UPLOAD_UNKNOWN');
    if (rules.redirectsUploads && method !== 'GET' && !url.searchParams.has('there')) {
      url.searchParams.set('there', '');
      return void response.writeHead(307, { location: `${url.pathname}${url.search}` }).end();
    }
    if (method === 'GET') return goOn(response, 204, url.pathname, upload);
    if (method === 'PATCH') {
      const start = Number(/^(\d+)-/.exec(headers['content-range'] ?? '')?.[1] ?? size(upload));
      const follows = upload.content.at(-1);
      // One that is too small may only have been the last.
      const isSmall = follows !== undefined && smallest !== undefined && follows.length < smallest;
      if (body.length > largest || start !== size(upload) || isSmall)
        return refuse(response, 416, 'REQUESTED_RANGE_NOT_SATISFIABLE');
      const isKept = kept === 'all' || upload.chunks === 0;
      const next = {
        content: isKept ? [...upload.content, body] : upload.content,
        chunks: upload.chunks + 1,
      };
      uploads.set(id, next);
      return goOn(response, status, url.pathname, next);
    }
    const { carries, otherwise } = rules.lastPut;
    const isRight =
      upload.chunks === 0 || carries === 'anything' || (carries === 'nothing') === (body.length === 0);
    if (!isRight) return refuse(response, otherwise, 'BLOB_UPLOAD_INVALID');
    const content = Buffer.concat([...upload.content, body]);
    const digest = url.searchParams.get('digest') ?? '';
    if (contentDigest(content) !== digest) return refuse(response, 400, 'DIGEST_INVALID');
    uploads.delete(id);
    repository.blobs.set(digest, content);
    response.writeHead(201, { location: `/v2/blobs/${digest}` }).end();
  };
}
