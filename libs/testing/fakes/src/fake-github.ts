import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface FakeRelease {
  readonly id: number;
  readonly tag_name: string;
  name: string;
  body: string;
  prerelease: boolean;
  make_latest: string;
  readonly assets: { readonly id: number; readonly name: string; readonly content: string }[];
}

/** GitHub's REST API as far as releases go (docs.github.com/rest/releases), over real HTTP. */
export interface FakeGithub {
  /** For GITHUB_API_URL. */
  readonly url: string;
  readonly token: string;
  readonly releases: readonly FakeRelease[];
  stop(): Promise<void>;
}

/** Releases of one repository, `acme/ehr-connect`; the token is the only one that may write. */
export async function startFakeGithub(token = 'canary-github-token'): Promise<FakeGithub> {
  const releases: FakeRelease[] = [];
  let nextId = 1;
  const server = createServer((request, response) => {
    void readBody(request).then((body) => {
      const [status, answer] = route(request, body);
      response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
      response.end(answer === undefined ? '' : JSON.stringify(answer));
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  function route({ method, url: path = '', headers }: IncomingMessage, body: string): [number, unknown?] {
    if (headers.authorization !== `Bearer ${token}`) return [401, { message: 'Bad credentials' }];
    const { pathname, searchParams } = new URL(path, url);
    const rest = pathname.replace(/^\/repos\/acme\/ehr-connect\/releases/, '');
    if (rest === pathname) return [404, { message: 'Not Found' }];
    const byTag = /^\/tags\/(.+)$/.exec(rest)?.[1];
    if (method === 'GET' && byTag !== undefined)
      return show(releases.find(({ tag_name }) => tag_name === byTag));
    if (method === 'POST' && rest === '') return create(JSON.parse(body) as FakeRelease);
    const asset = Number(/^\/assets\/(\d+)$/.exec(rest)?.[1]);
    if (method === 'DELETE' && asset > 0) return removeAsset(asset);
    const [, id, part] = /^\/(\d+)(\/assets)?$/.exec(rest) ?? [];
    const release = releases.find((one) => one.id === Number(id));
    if (release === undefined) return [404, { message: 'Not Found' }];
    if (method === 'PATCH' && part === undefined)
      return show(Object.assign(release, JSON.parse(body) as Partial<FakeRelease>));
    if (method === 'POST' && part !== undefined) return attach(release, searchParams.get('name') ?? '', body);
    return [404, { message: 'Not Found' }];
  }

  function create(given: FakeRelease): [number, unknown] {
    // What collided when two workflows of one pipeline each made the release.
    if (releases.some(({ tag_name }) => tag_name === given.tag_name)) {
      const errors = [{ resource: 'Release', code: 'already_exists', field: 'tag_name' }];
      return [422, { message: 'Validation Failed', errors }];
    }
    const { tag_name, name, body, prerelease, make_latest } = given;
    releases.push({ id: nextId++, tag_name, name, body, prerelease, make_latest, assets: [] });
    return [201, show(releases.at(-1))[1]];
  }

  function attach(release: FakeRelease, name: string, content: string): [number, unknown] {
    if (release.assets.some((one) => one.name === name)) {
      return [422, { message: 'Validation Failed', errors: [{ code: 'already_exists' }] }];
    }
    release.assets.push({ id: nextId++, name, content });
    return [201, { name }];
  }

  function removeAsset(id: number): [number, unknown?] {
    for (const { assets } of releases) {
      const index = assets.findIndex((asset) => asset.id === id);
      if (index >= 0) assets.splice(index, 1);
    }
    return [204];
  }

  function show(release: FakeRelease | undefined): [number, unknown] {
    if (release === undefined) return [404, { message: 'Not Found' }];
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

  return {
    url,
    token,
    releases,
    stop: () =>
      new Promise((stopped) => {
        server.close(() => stopped());
        server.closeAllConnections();
      }),
  };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
