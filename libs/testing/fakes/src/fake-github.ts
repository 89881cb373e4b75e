import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { serveLocally } from './http/local-server.ts';

interface FakeRelease {
  readonly id: number;
  readonly tag_name: string;
  name: string;
  body: string;
  prerelease: boolean;
  make_latest: string;
  readonly assets: { readonly id: number; readonly name: string; readonly content: string }[];
}

/** A running fake GitHub. */
export interface FakeGithub {
  /** For GITHUB_API_URL. */
  readonly url: string;
  /** The only token that may read and write. */
  readonly token: string;
  /** Oldest first. */
  readonly releases: readonly FakeRelease[];
  stop(): Promise<void>;
}

type Answer = [status: number, body?: unknown];
const notFound: Answer = [404, { message: 'Not Found' }];
/** The most characters of a release's text. */
const LONGEST_BODY = 125_000;
const TOO_LONG = `body is too long (maximum is ${LONGEST_BODY} characters)`;

/**
 * GitHub's REST API of the releases of one repository, `acme/ehr-connect` (docs.github.com/rest/releases), over real
 * HTTP on 127.0.0.1.
 */
export async function startFakeGithub(): Promise<FakeGithub> {
  const token = 'canary-github-token';
  const releases: FakeRelease[] = [];
  let nextId = 1;
  const { port, stop } = await serveLocally((request, response) => {
    void text(request).then((body) => {
      const [status, answer] = route(request, body);
      response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
      response.end(answer === undefined ? '' : JSON.stringify(answer));
    });
  });
  const url = `http://127.0.0.1:${port}`;
  return { url, token, releases, stop };

  function route({ method, url: path = '', headers }: IncomingMessage, body: string): Answer {
    if (headers.authorization !== `Bearer ${token}`) return [401, { message: 'Bad credentials' }];
    const { pathname, searchParams } = new URL(path, url);
    const [, rest] = /^\/repos\/acme\/ehr-connect\/releases(.*)$/.exec(pathname) ?? [];
    if (rest === undefined) return notFound;
    const byTag = /^\/tags\/(.+)$/.exec(rest)?.[1];
    if (method === 'GET' && byTag !== undefined)
      return show(releases.find(({ tag_name }) => tag_name === byTag));
    if (['POST', 'PATCH'].includes(method ?? '') && !rest.endsWith('/assets') && isTooLong(body)) {
      const errors = [{ resource: 'Release', code: 'custom', field: 'body', message: TOO_LONG }];
      return [422, { message: 'Validation Failed', errors }];
    }
    if (method === 'POST' && rest === '') return create(JSON.parse(body) as FakeRelease);
    const asset = /^\/assets\/(\d+)$/.exec(rest)?.[1];
    if (method === 'DELETE' && asset !== undefined) return removeAsset(Number(asset));
    const [, id, assets] = /^\/(\d+)(\/assets)?$/.exec(rest) ?? [];
    const release = releases.find((one) => one.id === Number(id));
    if (release === undefined) return notFound;
    if (method === 'PATCH' && assets === undefined)
      return show(Object.assign(release, JSON.parse(body) as Partial<FakeRelease>));
    if (method === 'POST' && assets !== undefined)
      return attach(release, searchParams.get('name') ?? '', body);
    return notFound;
  }

  function create({ tag_name, name, body, prerelease, make_latest }: FakeRelease): Answer {
    // Two workflows of one pipeline that each made the release collided here.
    if (releases.some((one) => one.tag_name === tag_name)) {
      const errors = [{ resource: 'Release', code: 'already_exists', field: 'tag_name' }];
      return [422, { message: 'Validation Failed', errors }];
    }
    releases.push({ id: nextId++, tag_name, name, body, prerelease, make_latest, assets: [] });
    return [201, show(releases.at(-1))[1]];
  }

  function attach({ assets }: FakeRelease, name: string, content: string): Answer {
    if (assets.some((one) => one.name === name))
      return [422, { message: 'Validation Failed', errors: [{ code: 'already_exists' }] }];
    assets.push({ id: nextId++, name, content });
    return [201, { name }];
  }

  function removeAsset(id: number): Answer {
    for (const { assets } of releases) {
      const index = assets.findIndex((asset) => asset.id === id);
      if (index >= 0) assets.splice(index, 1);
    }
    return [204];
  }

  function show(release: FakeRelease | undefined): Answer {
    if (release === undefined) return notFound;
    const { id, tag_name, assets } = release;
    return [
      200,
      {
        ...release,
        html_url: `${url}/acme/ehr-connect/releases/tag/${tag_name}`,
        upload_url: `${url}/repos/acme/ehr-connect/releases/${id}/assets{?name,label}`,
        assets: assets.map((asset) => ({ id: asset.id, name: asset.name })),
      },
    ];
  }
}

function isTooLong(body: string): boolean {
  return (JSON.parse(body) as FakeRelease).body.length > LONGEST_BODY;
}
