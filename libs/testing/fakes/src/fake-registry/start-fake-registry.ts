import type { IncomingMessage, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { serveLocally } from '../http/local-server.ts';
import { type Account, createSignIn } from './answer-sign-in.ts';
import { type AnswerUpload, createUploads } from './answer-upload.ts';
import { refuse } from './refuse.ts';
import type { RegistryRules } from './registry-rules.ts';
import {
  contentDigest,
  emptyRepository,
  referrersOf,
  type StoredManifest,
  type StoredRepository,
  storeManifest,
} from './stored-images.ts';

/** A request that a fake registry got, its token service included. */
export interface RegistryRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly status: number;
}

/** A registry in memory that has the rules of another. */
export interface FakeRegistry {
  /** `127.0.0.1:<port>` */
  readonly host: string;
  /** Oldest first. */
  readonly requests: RegistryRequest[];
  /** What is in a repository; made when there is none. */
  repository(name: string): StoredRepository;
  /** From now on every answer waits so long; milliseconds. */
  wait(milliseconds: number): void;
  stop(): Promise<void>;
}

interface FakeRegistryOptions {
  /** Default: clinic, canary-registry-password. */
  readonly account?: Account;
}

/** The account of a fake registry, unless it is given another. */
export const registryAccount = { username: 'clinic', password: 'canary-registry-password' } as const;

/** Starts a registry in memory on a free port of 127.0.0.1: the distribution API, as the rules say. */
export async function startFakeRegistry(
  rules: RegistryRules,
  { account = registryAccount }: FakeRegistryOptions = {},
): Promise<FakeRegistry> {
  const requests: RegistryRequest[] = [];
  const repositories = new Map<
    string,
    { readonly stored: StoredRepository; readonly upload: AnswerUpload }
  >();
  let port = 0;
  let latencyMs = 0;
  const signIn = createSignIn(rules, account, () => `http://127.0.0.1:${port}`);

  function open(name: string) {
    const found = repositories.get(name);
    if (found !== undefined) return found;
    const stored = emptyRepository();
    const upload = createUploads(rules, stored, (other) => repositories.get(other)?.stored);
    const made = { stored, upload };
    repositories.set(name, made);
    return made;
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', url = '/' } = request;
    const parsed = new URL(url, 'http://fake');
    response.once('close', () => requests.push({ method, path: url, status: response.statusCode }));
    const body = await buffer(request);
    if (latencyMs > 0) await wait(latencyMs);
    if (signIn.answersToken(request, response, parsed)) return;
    if (parsed.pathname === '/v2/') {
      if (signIn.allows(request, response, [])) response.writeHead(200).end('{}');
      return;
    }
    const [, name = '', kind = '', rest = ''] =
      /^\/v2\/(.+?)\/(tags|manifests|blobs|referrers)\/(.*)$/.exec(parsed.pathname) ?? [];
    const isWrite = ['POST', 'PATCH', 'PUT', 'DELETE'].includes(method);
    const from = parsed.searchParams.get('from');
    const wanted = [
      { repository: name, actions: isWrite ? ['pull', 'push'] : ['pull'] },
      ...(from === null ? [] : [{ repository: from, actions: ['pull'] }]),
    ];
    if (!signIn.allows(request, response, wanted)) return;
    if (!repositories.has(name) && !(isWrite && rules.createsRepositories))
      return refuse(response, 404, 'NAME_UNKNOWN');
    const { stored, upload } = open(name);
    if (kind === 'tags') return listTags(stored, parsed, response);
    if (kind === 'referrers') return listReferrers(stored, rest, response);
    if (kind === 'blobs' && rest.startsWith('uploads')) return upload(request, response, parsed, body);
    if (kind === 'blobs')
      return give(response, method, stored.blobs.get(rest), rest, 'application/octet-stream');
    if (method === 'PUT') return putManifest(stored, rest, request, body, response);
    if (method === 'DELETE') return removeTag(stored, rest, response);
    const digest = stored.tags.get(rest) ?? rest;
    const manifest = stored.manifests.get(digest);
    give(response, method, manifest?.body, digest, manifest?.type ?? '');
  }

  function give(
    response: ServerResponse,
    method: string,
    body: Buffer | undefined,
    digest: string,
    type: string,
  ): void {
    if (body === undefined) return refuse(response, 404, 'UNKNOWN');
    response.writeHead(200, {
      'content-type': type,
      'content-length': body.length,
      ...(rules.namesDigest && { 'docker-content-digest': digest }),
    });
    response.end(method === 'HEAD' ? undefined : body);
  }

  function putManifest(
    stored: StoredRepository,
    name: string,
    { headers }: IncomingMessage,
    body: Buffer,
    response: ServerResponse,
  ): void {
    const manifest: StoredManifest = { type: headers['content-type'] ?? '', body };
    const result = storeManifest(stored, name, manifest);
    if ('lacks' in result) return refuse(response, 400, 'MANIFEST_BLOB_UNKNOWN', ...result.lacks);
    const { subject } = JSON.parse(body.toString()) as { subject?: { digest: string } };
    response.writeHead(201, {
      location: `/v2/manifests/${result.digest}`,
      ...(rules.namesDigest && { 'docker-content-digest': result.digest }),
      ...(rules.referrersApi && subject !== undefined && { 'oci-subject': subject.digest }),
    });
    response.end();
  }

  function removeTag(stored: StoredRepository, tag: string, response: ServerResponse): void {
    if (rules.deletion !== 202) return refuse(response, rules.deletion, 'UNSUPPORTED');
    if (!stored.tags.delete(tag)) return refuse(response, 404, 'MANIFEST_UNKNOWN');
    response.writeHead(202).end();
  }

  function listTags(
    { tags }: StoredRepository,
    { pathname, searchParams }: URL,
    response: ServerResponse,
  ): void {
    const { page, last: knowsLast, inOrder } = rules.tags;
    const names = [...tags.keys()].sort((a, b) => (inOrder ? order(a, b) : order(hashOf(a), hashOf(b))));
    const next = searchParams.get('next');
    const last = searchParams.get('last');
    const start =
      next !== null ? Number(next) : knowsLast && last !== null ? names.findIndex((name) => name > last) : 0;
    const shown =
      start === -1 ? [] : names.slice(start, start + Math.min(page, Number(searchParams.get('n') ?? page)));
    const end = start + shown.length;
    const link = knowsLast
      ? `${pathname}?n=${page}&last=${encodeURIComponent(shown.at(-1) ?? '')}`
      : `${pathname}?n=${page}&next=${end}`;
    response.writeHead(200, {
      'content-type': 'application/json',
      ...(shown.length > 0 && end < names.length && { link: `<${link}>; rel="next"` }),
    });
    response.end(JSON.stringify({ name: pathname, tags: shown }));
  }

  function listReferrers(stored: StoredRepository, digest: string, response: ServerResponse): void {
    if (!rules.referrersApi) return refuse(response, 404, 'NOT_FOUND');
    const type = 'application/vnd.oci.image.index.v1+json';
    response.writeHead(200, { 'content-type': type });
    response.end(
      JSON.stringify({ schemaVersion: 2, mediaType: type, manifests: referrersOf(stored, digest) }),
    );
  }

  const server = await serveLocally((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  ({ port } = server);
  return {
    host: `127.0.0.1:${port}`,
    requests,
    repository: (name) => open(name).stored,
    wait: (milliseconds) => {
      latencyMs = milliseconds;
    },
    stop: server.stop,
  };
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Some order that is none, and the same every time. */
function hashOf(tag: string): string {
  return contentDigest(Buffer.from(tag));
}
