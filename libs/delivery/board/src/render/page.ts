import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { formatTime, shortDigest } from '@ehr/delivery-core';
import { html, raw } from 'hono/html';

/** Escaped: everything that is put into it is text. */
export type Html = ReturnType<typeof html>;

const style = readFileSync(new URL('../style.css', import.meta.url), 'utf8');
/** The script that keeps a page fresh; pages work without. */
export const script = readFileSync(new URL('../refresh.js', import.meta.url), 'utf8');
/** Byte for byte what the policy names. */
const styleElement = raw(`<style>${style}</style>`);
const STYLE_SOURCE = `'sha256-${createHash('sha256').update(style).digest('base64')}'`;

/** The Content-Security-Policy of a page: its own style, its own script, and nothing else. */
export const policyOf = (isServed: boolean) =>
  [
    "default-src 'none'",
    'img-src data:',
    `style-src ${STYLE_SOURCE}`,
    ...(isServed
      ? ["script-src 'self'", "connect-src 'self'", "form-action 'self'"]
      : ["form-action 'none'"]),
    "base-uri 'none'",
    // A page in a file has no header, where alone this counts.
    ...(isServed ? ["frame-ancestors 'none'"] : []),
  ].join('; ');

/** A page of the board. */
export interface Page {
  readonly title: string;
  readonly body: Html;
  readonly at: Date;
  /** For a wall: larger, without a menu. */
  readonly isWall?: boolean;
}

/** Where a page is, and what it is one of. */
export interface Surroundings {
  /** Served: it refreshes itself and can search; else it is a file. */
  readonly isServed: boolean;
  readonly services: readonly string[];
}

/** The whole document. */
export async function renderPage(page: Page, { isServed, services }: Surroundings): Promise<string> {
  const { title, body, at, isWall = false } = page;
  const menu = html`<nav aria-label="Board">
    <a href="index.html">What runs where</a>
    ${services.map((service) => html`<a href="${timelineHref(service, 30)}">${service}: timeline</a>`)}
  </nav>`;
  const fresh = isServed
    ? html`<noscript> · reload the page for news</noscript>`
    : html` · a copy that does not refresh`;
  const document = html`<!doctype html>
    <html lang="en" class="${isWall ? 'wall' : ''}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        ${isServed ? '' : html`<meta http-equiv="Content-Security-Policy" content="${raw(policyOf(false))}" />`}
        <meta name="robots" content="noindex" />
        <title>${title} · EHR Connect board</title>
        <link rel="icon" href="data:," />
        ${styleElement} ${isServed ? html`<script src="board.js" defer></script>` : ''}
      </head>
      <body>
        <header>
          <p class="brand">EHR Connect <span>board</span></p>
          ${isWall ? '' : menu}
          <p class="at">
            as of <time id="at" datetime="${at.toISOString()}">${formatTime(at.toISOString())}</time>${fresh}
          </p>
        </header>
        <main id="main">
          <h1>${title}</h1>
          ${body}
        </main>
      </body>
    </html>`;
  return (await document).toString();
}

/** Where the timeline of a service is. */
export function timelineHref(service: string, days: number): string {
  return `timeline-${service}-${days}.html`;
}

/** Where an image is; the digest may be short. */
export function imageHref(service: string, digest: string): string {
  return `image-${service}-${shortDigest(digest)}.html`;
}

/** Where the comparison of two environments is. */
export function betweenHref(from: string, to: string): string {
  return `between-${from}-${to}.html`;
}

/** Text from a registry, from Git or from a service: no control characters, and it turns no writing direction. */
export function inert(text: string): Html {
  return html`<bdi>${text.replace(/\p{C}/gu, '?')}</bdi>`;
}

/** `2026-11-30 02:15:07Z`, as machines read it, too. */
export function moment(at: string): Html {
  if (Number.isNaN(Date.parse(at))) return html`unknown`;
  return html`<time datetime="${at}">${formatTime(new Date(at).toISOString())}</time>`;
}

/** What is wrong or worth knowing, with a word for its kind: colours are never alone. */
export function badge(kind: 'good' | 'warn' | 'bad' | 'busy' | 'quiet', text: string | Html): Html {
  return html`<span class="badge ${kind}">${text}</span>`;
}

/** A command to copy; one click marks all of it. */
export function command(text: string): Html {
  // An option is not broken at its hyphens.
  return html`<code class="command">${text.split(' ').map((word) => html`<span>${word}</span> `)}</code>`;
}

/** A table that scrolls by itself where the page is too narrow for it. */
export function table(
  label: string,
  head: readonly string[],
  rows: readonly Html[],
  height: 'tall' | '' = '',
): Html {
  return html`<div class="scroll ${height}" role="group" aria-label="${label}" tabindex="0">
    <table>
      <thead>
        <tr>
          ${head.map((name) => html`<th scope="col">${name}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;
}
