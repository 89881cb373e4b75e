import { createHash } from 'node:crypto';
import { type Digest, type Environment, environments, isDigest } from '@ehr/delivery-core';
import { html } from 'hono/html';
import type { BoardPorts } from './board-ports.ts';
import { type Between, readBetween } from './read/read-between.ts';
import { readImage } from './read/read-image.ts';
import { type NextRelease, readNextReleases } from './read/read-next-release.ts';
import { type Overview, overviewReader } from './read/read-overview.ts';
import { readTimeline, type Span, SPANS } from './read/read-timeline.ts';
import { betweenHref, imageHref, type Page, timelineHref } from './render/page.ts';
import { renderBetween } from './render/render-between.ts';
import { renderImage } from './render/render-image.ts';
import { pairsOf, renderMatrix, renderOverview } from './render/render-overview.ts';
import { renderTimeline } from './render/render-timeline.ts';

/** What a page is asked for with. */
interface Question {
  /** `index.html`, `timeline-ehr-api-30.html` … */
  readonly path: string;
  /** What a component's name contains; null where nobody can ask that, as in a file. */
  readonly search: string | null;
}

/** The pages of the board over what its ports read. */
export interface Board {
  /** Null for a page that there is not. */
  page(question: Question): Promise<Page | null>;
  /** Different after anything on the overview changed. */
  mark(): Promise<{ readonly at: Date; readonly mark: string }>;
  /** Of all pages that lead on from the overview. */
  paths(): Promise<readonly string[]>;
}

/** What is asked within so many milliseconds gets the same answer. */
const FRESH_MS = 5_000;

/** A board; nothing is read yet. */
export function createBoard(ports: BoardPorts): Board {
  const overview = fresh(overviewReader(ports), ports);
  /** What a promotion would ship stays as it is while neither environment changes. */
  const betweens = new Map<string, { readonly state: string; readonly between: Promise<Between> }>();

  const between = (service: string, from: Environment, to: Environment, { rows }: Overview) => {
    const cells = rows.find((row) => row.service === service)?.cells ?? [];
    const states = [from, to].map((name) => cells.find(({ status }) => status.environment === name)?.status);
    const state = JSON.stringify(states);
    const key = `${service} ${from} ${to}`;
    const known = betweens.get(key);
    if (known?.state === state) return known.between;
    const next = readBetween(service, from, to, ports);
    betweens.set(key, { state, between: next });
    return next;
  };
  const allBetween = (from: Environment, to: Environment, shown: Overview) =>
    Promise.all(ports.services.map((service) => between(service, from, to, shown)));

  /** Of the services that are set up in both. */
  const someBetween = (from: Environment, to: Environment, shown: Overview) => {
    const isIn = (service: string) =>
      shown.rows
        .find((row) => row.service === service)
        ?.cells.filter(({ status, isSetUp }) => isSetUp && [from, to].includes(status.environment)).length ===
      2;
    return Promise.all(ports.services.filter(isIn).map((service) => between(service, from, to, shown)));
  };

  async function overviewPage(): Promise<Page> {
    const shown = await overview();
    const pairs = pairsOf(shown.environments);
    const [found, releases] = await Promise.all([
      Promise.all(pairs.map(([from, to]) => someBetween(from, to, shown))),
      Promise.all(ports.services.map((service) => nextReleases(service, shown, ports))),
    ]);
    const below = { betweens: found.flat(), releases: releases.filter(({ next }) => next.length > 0) };
    return { title: 'What runs where', body: renderOverview(shown, below), at: shown.at };
  }

  async function wallPage(environment: Environment): Promise<Page> {
    const shown = await overview();
    const rows = shown.rows.map(({ service, cells }) => ({
      service,
      cells: cells.filter(({ status }) => status.environment === environment),
    }));
    const body = renderMatrix({ ...shown, environments: [environment], rows, missing: [] });
    return { title: environment, body, at: shown.at, isWall: true };
  }

  async function imagePage(service: string, short: string, search: string | null): Promise<Page | null> {
    const shown = await overview();
    const found = await findImage(service, short, shown, ports);
    if (found === null) return null;
    const details = await readImage(service, found.digest, found.environment, ports);
    const body =
      details === null
        ? html`<p>The registry does not have this image, or not all of it.</p>`
        : renderImage(details, { search });
    return { title: `${service} ${short}`, body, at: ports.now() };
  }

  async function timelinePage(service: string, days: Span): Promise<Page> {
    const { environments: shown } = await overview();
    const timeline = await readTimeline(service, days, shown, ports);
    return { title: `${service}: timeline`, body: renderTimeline(timeline), at: timeline.at };
  }

  return {
    page: async ({ path, search }) => {
      if (path === 'index.html') return overviewPage();
      const [, environment] = /^environment-(\w+)\.html$/.exec(path) ?? [];
      const wall = environments.find((name) => name === environment);
      if (wall !== undefined) return wallPage(wall);
      const [, before, after] = /^between-(\w+)-(\w+)\.html$/.exec(path) ?? [];
      const [from, to] = [before, after].map((end) => environments.find((name) => name === end));
      if (from !== undefined && to !== undefined && from !== to) {
        const shown = await overview();
        const body = renderBetween(await allBetween(from, to, shown));
        return { title: `From ${from} to ${to}`, body, at: shown.at };
      }
      const [, kind, service = '', rest = ''] = /^(timeline|image)-(.+)-(\w+)\.html$/.exec(path) ?? [];
      if (!ports.services.includes(service)) return null;
      const days = SPANS.find((span) => String(span) === rest);
      if (kind === 'timeline') return days === undefined ? null : timelinePage(service, days);
      return /^[0-9a-f]{12}$/.test(rest) ? imagePage(service, rest, search) : null;
    },
    mark: async () => {
      const { at, ...shown } = await overview();
      return { at, mark: createHash('sha256').update(JSON.stringify(shown)).digest('hex').slice(0, 12) };
    },
    paths: async () => {
      const shown = await overview();
      const pairs = pairsOf(shown.environments);
      const images = await Promise.all(ports.services.map((service) => imagesOf(service, shown, ports)));
      return [
        'index.html',
        ...shown.environments.map((name) => `environment-${name}.html`),
        ...pairs.map(([from, to]) => betweenHref(from, to)),
        ...ports.services.flatMap((service) => SPANS.map((days) => timelineHref(service, days))),
        ...images.flat(),
      ];
    },
  };
}

async function nextReleases(
  service: string,
  { rows }: Overview,
  ports: BoardPorts,
): Promise<{ service: string; next: readonly NextRelease[] }> {
  const row = rows.find((one) => one.service === service);
  // A release is prod's; where prod is not set up, another environment's registry is as good.
  const readable = row?.cells.filter(({ status }) => status.verified !== null).at(-1);
  if (readable === undefined) return { service, next: [] };
  return { service, next: await readNextReleases(await ports.open(service, readable.status.environment)) };
}

/** The image whose digest begins so, among those that run and those of the journal. */
async function findImage(
  service: string,
  short: string,
  { rows, environments: shown }: Overview,
  ports: BoardPorts,
): Promise<{ digest: Digest; environment: Environment } | null> {
  const begins = (digest: string | null) => digest?.startsWith(`sha256:${short}`) ?? false;
  for (const { status } of rows.find((row) => row.service === service)?.cells ?? []) {
    if (status.digest !== null && begins(status.digest))
      return { digest: status.digest, environment: status.environment };
  }
  const { happenings } = await readTimeline(service, 365, shown, ports);
  const { digest = null, environment: place } =
    happenings.find((one) => begins(one.entry.digest))?.entry ?? {};
  const environment = environments.find((name) => name === place);
  return digest === null || environment === undefined ? null : { digest, environment };
}

async function imagesOf(service: string, { rows, environments: shown }: Overview, ports: BoardPorts) {
  const cells = rows.find((row) => row.service === service)?.cells ?? [];
  const { happenings } = await readTimeline(service, 365, shown, ports);
  const digests = [
    ...cells.map(({ status }) => status.digest),
    ...happenings.map(({ entry }) => entry.digest),
  ];
  return [...new Set(digests.filter((digest) => digest !== null && isDigest(digest)))].map((digest) =>
    imageHref(service, digest),
  );
}

/** Whoever asks at once, or a moment later, gets one answer; a failure is asked again. */
function fresh<T>(read: () => Promise<T>, { now }: BoardPorts): () => Promise<T> {
  let last: { readonly at: number; readonly answer: Promise<T> } | undefined;
  return () => {
    const at = now().getTime();
    if (last !== undefined && at - last.at < FRESH_MS) return last.answer;
    const answer = read();
    last = { at, answer };
    answer.catch(() => (last = undefined));
    return answer;
  };
}
