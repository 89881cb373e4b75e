import { shortDigest, shortRevision } from '@ehr/delivery-core';
import { scaleUtc } from 'd3-scale';
import {
  symbol,
  symbolCircle,
  symbolCross,
  symbolDiamond,
  symbolSquare,
  symbolStar,
  symbolTriangle,
  type SymbolType,
  symbolWye,
} from 'd3-shape';
import { html, raw } from 'hono/html';
import { type Happening, type HappeningKind, SPANS, type Timeline } from '../read/read-timeline.ts';
import { badge, command, type Html, imageHref, inert, moment, table, timelineHref } from './page.ts';
import { linked } from './render-overview.ts';

const KINDS: Readonly<Record<HappeningKind, { readonly words: string; readonly shape: SymbolType }>> = {
  released: { words: 'released', shape: symbolCircle },
  'rolled-back': { words: 'rolled back', shape: symbolTriangle },
  undone: { words: 'undone and blocked', shape: symbolCross },
  superseded: { words: 'superseded', shape: symbolStar },
  unblocked: { words: 'unblocked', shape: symbolDiamond },
  frozen: { words: 'frozen', shape: symbolSquare },
  unfrozen: { words: 'unfrozen', shape: symbolWye },
};
const WIDTH = 1000;
const LANE = 36;
const LEFT = 80;

/** Everything that happened to a service, as a drawing and as a table. */
export function renderTimeline(timeline: Timeline): Html {
  const { service, days, happenings, problems } = timeline;
  return html`<nav aria-label="Span">
      ${SPANS.map((span) =>
        span === days
          ? html`<a href="${timelineHref(service, span)}" aria-current="page">${wordsOf(span)}</a>`
          : html`<a href="${timelineHref(service, span)}">${wordsOf(span)}</a>`,
      )}
    </nav>
    ${problems.map(({ environment, message }) => html`<p>${badge('bad', environment)} ${inert(message)}</p>`)}
    ${
      happenings.length === 0
        ? html`<p>Nothing happened in ${wordsOf(days)}.</p>`
        : html`${drawing(timeline)} ${happeningTable(service, happenings)}`
    }
    <p class="note">A superseded run found something newer and changed nothing. Older than this:</p>
    ${command(`npx nx history ${service} -c prod --limit=100`)}`;
}

function wordsOf(days: number): string {
  const words: Readonly<Record<number, string>> = {
    1: 'a day',
    7: 'a week',
    30: '30 days',
    90: '90 days',
    365: 'a year',
  };
  return words[days] ?? `${days} days`;
}

/** One lane for each environment, newest at the right; the table says the same. */
function drawing({ at, days, environments, happenings }: Timeline): Html {
  const scale = scaleUtc()
    .domain([new Date(at.getTime() - days * 86_400_000), at])
    .range([LEFT, WIDTH - 16]);
  const format = scale.tickFormat(8, days === 1 ? '%H:%M' : days === 365 ? '%b %Y' : '%b %d');
  const lanes = environments.filter((name) => happenings.some(({ entry }) => entry.environment === name));
  const height = lanes.length * LANE + 28;
  const middle = (name: string) => lanes.findIndex((lane) => lane === name) * LANE + LANE / 2;
  const ticks = scale.ticks(8).map((tick) => {
    const x = scale(tick).toFixed(1);
    return html`<g>
      <line class="grid" x1="${x}" x2="${x}" y1="0" y2="${height - 24}"></line>
      <text x="${x}" y="${height - 8}" text-anchor="middle">${format(tick)}</text>
    </g>`;
  });
  const marks = happenings.map(({ kind, entry }) => {
    const place = `translate(${scale(new Date(entry.at)).toFixed(1)} ${middle(entry.environment)})`;
    return html`<path class="mark ${kind}" transform="${place}" d="${raw(pathOf(kind))}"></path>`;
  });
  return html`<figure>
    <div class="scroll" role="group" aria-label="Drawing" tabindex="0">
      <svg
        viewBox="0 0 ${WIDTH} ${height}"
        role="img"
        aria-label="What happened when; the table below says the same"
      >
        ${lanes.map(
          (name) =>
            html`<g>
              <line class="lane" x1="${LEFT}" x2="${WIDTH}" y1="${middle(name)}" y2="${middle(name)}"></line>
              <text x="0" y="${middle(name) + 5}">${name}</text>
            </g>`,
        )}
        ${ticks} ${marks}
      </svg>
    </div>
    <figcaption>
      ${Object.entries(KINDS).map(
        ([kind, { words }]) =>
          html`<span class="legend"
            ><svg viewBox="-10 -10 20 20" aria-hidden="true">
              <path class="mark ${kind}" d="${raw(pathOf(kind as HappeningKind))}"></path></svg
            >${words}</span
          > `,
      )}
    </figcaption>
  </figure>`;
}

function pathOf(kind: HappeningKind): string {
  return symbol(KINDS[kind].shape, 130)() ?? '';
}

function happeningTable(service: string, happenings: readonly Happening[]): Html {
  return table(
    'What happened',
    ['When', 'Where', 'What', 'Version', 'Image', 'Why', 'Run'],
    happenings.map(
      ({ kind, entry }) =>
        html`<tr>
          <td>${moment(entry.at)}</td>
          <td>${inert(entry.environment)}</td>
          <td>${badge(gravityOf(kind), KINDS[kind].words)}</td>
          <td>
            ${entry.version === 'unversioned' ? '' : inert(entry.version)}
            <code>${inert(shortRevision(entry))}</code>
          </td>
          <td>
            ${entry.digest && html`<a href="${imageHref(service, entry.digest)}"><code>${shortDigest(entry.digest)}</code></a>`}
          </td>
          <td class="reason">${inert(entry.reason)}</td>
          <td>${entry.address === undefined ? html`<code>${entry.run}</code>` : linked(entry.address)}</td>
        </tr>`,
    ),
  );
}

function gravityOf(kind: HappeningKind): 'good' | 'warn' | 'bad' | 'quiet' {
  if (kind === 'released') return 'good';
  if (kind === 'undone') return 'bad';
  return kind === 'rolled-back' || kind === 'frozen' ? 'warn' : 'quiet';
}
