import { type Environment, formatBytes, shortDigest } from '@ehr/delivery-core';
import { html } from 'hono/html';
import type { Between } from '../read/read-between.ts';
import type { NextRelease } from '../read/read-next-release.ts';
import type { Cell, Overview } from '../read/read-overview.ts';
import {
  badge,
  betweenHref,
  command,
  type Html,
  imageHref,
  inert,
  moment,
  table,
  timelineHref,
} from './page.ts';

/** What the overview shows below its matrix. */
export interface Below {
  readonly betweens: readonly Between[];
  readonly releases: readonly { readonly service: string; readonly next: readonly NextRelease[] }[];
}

/** Services × environments, what promoting would ship, and what a release would move. */
export function renderOverview(overview: Overview, { betweens, releases }: Below): Html {
  return html`${renderMatrix(overview)} ${betweens.length === 0 ? '' : renderBetweens(betweens)}
  ${releases.length === 0 ? '' : renderReleases(releases)}`;
}

/** The matrix alone. */
export function renderMatrix({ environments, rows, missing }: Overview): Html {
  const note =
    missing.length === 0
      ? ''
      : html`<p class="note">
          Not set up here: ${missing.join(', ')}. A file <code>.env.${missing[0] ?? ''}</code> sets it up.
        </p>`;
  return html`<div class="scroll" role="group" aria-label="What runs where" tabindex="0">
      <table class="matrix">
        <thead>
          <tr>
            <th scope="col">Service</th>
            ${environments.map(
              (name) => html`<th scope="col"><a href="environment-${name}.html">${name}</a></th>`,
            )}
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            ({ service, cells }) =>
              html`<tr>
                <th scope="row"><a href="${timelineHref(service, 30)}">${service}</a></th>
                ${cells.map((cell) => html`<td class="${stateOf(cell)}" data-environment="${cell.status.environment}">${renderCell(service, cell)}</td>`)}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    ${note}`;
}

function stateOf({ status, isSetUp, isAbandoned }: Cell): string {
  const { verified, busy, blocked, frozen, drift, image, isEmpty } = status;
  if (!isSetUp) return 'quiet';
  if (busy !== null) return isAbandoned ? 'warn' : 'busy';
  if (verified === null) return 'bad';
  if (isEmpty) return 'quiet';
  if (image === '') return 'bad';
  if (!verified || blocked !== null) return 'bad';
  return drift.length > 0 || frozen !== null ? 'warn' : 'good';
}

function renderCell(service: string, cell: Cell): Html {
  const { status, isSetUp, isAbandoned, last } = cell;
  const { verified, image, isEmpty, busy, drift } = status;
  const working =
    busy === null
      ? ''
      : html`<p>
          ${isAbandoned ? badge('warn', '◌ a run was killed') : badge('busy', '⟳ deploy under way')}
          ${busy.step === null ? '' : html`at <code>${inert(busy.step)}</code>, `} by ${linked(busy.name)}
        </p>`;
  if (!isSetUp)
    return html`<p>${badge('quiet', '– not set up')}</p>
      <p class="facts">${inert(drift.join('; '))}</p>`;
  if (verified === null)
    return html`<p>${badge('bad', '? cannot be read')}</p>
      <p>${inert(drift.join('; '))}</p>
      ${
        last === null
          ? ''
          : html`<div class="last">
              <p>seen last ${moment(last.at.toISOString())}:</p>
              ${renderFacts(service, last.cell)}
            </div>`
      }`;
  if (image === '')
    return html`${working}
      <p>${isEmpty ? badge('quiet', '– empty') : badge('bad', '! not pinned')} ${inert(drift.join('; '))}</p>
      ${heldBack(status)}`;
  return html`${working} ${renderFacts(service, cell)}
    <p>
      ${verified ? badge('good', '✓ verified now') : badge('bad', '✗ not verified')} ${replicasOf(status)}
    </p>
    ${
      // While somebody is at work, not everything agrees yet.
      drift.length === 0 || (busy !== null && !isAbandoned)
        ? ''
        : html`<ul class="drift" aria-label="Drift">
            ${drift.map((message) => html`<li>${inert(message)}</li>`)}
          </ul>`
    }
    ${heldBack(status)}`;
}

function renderFacts(service: string, { status, subject }: Cell): Html {
  const { version, revision, image, since } = status;
  return html`<p class="version">
      ${version === 'unversioned' || version === '' ? inert(revision) : inert(version)}
    </p>
    <p class="subject">
      ${version === 'unversioned' || version === '' ? '' : html`<code>${inert(revision)}</code> `}${inert(subject)}
    </p>
    <p class="facts">
      <a href="${imageHref(service, image)}"><code>${image}</code></a> ·
      ${since === '' ? 'not in the journal' : html`since ${moment(since)}`}
    </p>`;
}

function heldBack({ blocked, frozen }: Cell['status']): Html {
  return html`${blocked === null ? '' : html`<p>${badge('bad', '⊘ blocked')} ${inert(blocked)}</p>`}
  ${frozen === null ? '' : html`<p>${badge('warn', '❄ frozen')} ${inert(frozen)}</p>`}`;
}

function replicasOf({ replicas, restarts }: Cell['status']): Html {
  const running =
    replicas === null ? '' : `${replicas.running} of ${replicas.all} replica${replicas.all === 1 ? '' : 's'}`;
  const again = restarts === null ? '' : `${restarts} restart${restarts === 1 ? '' : 's'}`;
  return html`<span class="facts">${[running, again].filter(Boolean).join(', ')}</span>`;
}

/** Only what is an address of the web becomes a link. */
export function linked(name: string): Html {
  return /^https:\/\/[\w.:-]+\/[\w./-]*$/.test(name)
    ? html`<a href="${name}" rel="noreferrer">${name.replace(/^https:\/\//, '')}</a>`
    : inert(name);
}

function renderBetweens(betweens: readonly Between[]): Html {
  return html`<section aria-labelledby="between">
    <h2 id="between">What promoting would ship</h2>
    <ul class="cards">
      ${betweens.map(
        (between) =>
          html`<li>
            <h3>
              ${between.service}:
              <a href="${betweenHref(between.from, between.to)}">${between.from} → ${between.to}</a>
            </h3>
            ${summaryOf(between)}
          </li>`,
      )}
    </ul>
  </section>`;
}

/** One line about a promotion, and its command where there is something to ship. */
export function summaryOf(between: Between): Html {
  if (between.kind === 'same') return html`<p>Nothing: both run the same digest.</p>`;
  if (between.kind === 'newer')
    return html`<p>
      Nothing: ${between.to} runs ${inert(between.version)} (${inert(between.revision.slice(0, 7))}), which is
      newer.
    </p>`;
  if (between.kind === 'unknown')
    return html`<p>${badge('quiet', '? unknown')} ${inert(between.error.message)}</p>`;
  const { commits, migrations, pullBytes, refusal } = between;
  const bytes = Object.values(pullBytes);
  const parts = [
    commits === null ? 'commits are not known here' : countOf(commits.length, 'commit'),
    migrations === null || migrations.length === 0
      ? ''
      : countOf(migrations.length, 'migration of the schema', 'migrations of the schema'),
    bytes.length === 0 ? '' : `${formatBytes(Math.max(...bytes))} for a server to pull`,
  ];
  return html`<p>
      ${inert(between.version === 'unversioned' ? between.revision.slice(0, 7) : between.version)}:
      ${parts.filter(Boolean).join(', ')}.
    </p>
    ${refusal === null ? '' : html`<p>${badge('warn', '! refused')} ${inert(refusal.message)}</p>`}
    ${command(between.command)}`;
}

/** `1 commit`, `2 commits`. */
export function countOf(count: number, one: string, several = `${one}s`): string {
  return `${count} ${count === 1 ? one : several}`;
}

function renderReleases(releases: Below['releases']): Html {
  return html`<section aria-labelledby="release">
    <h2 id="release">What a release tag would move</h2>
    ${table(
      'Release tags',
      ['Service', 'Git tag', 'New in the registry', 'Moved'],
      releases.flatMap(({ service, next }) =>
        next.map(
          ({ tag, exact, moving }) =>
            html`<tr>
              <th scope="row">${service}</th>
              <td><code>${tag}</code></td>
              <td>${exact.map((name) => html`<code>${name}</code> `)}</td>
              <td>
                ${moving.map(
                  ({ tag: name, names }) =>
                    html`<code>${name}</code> (${
                        names === null
                          ? 'new'
                          : html`now <a href="${imageHref(service, names)}">${shortDigest(names)}</a>`
                      }) `,
                )}
              </td>
            </tr>`,
        ),
      ),
    )}
  </section>`;
}

/** The environments that follow each other on a release's way; a laptop's is on none. */
export function pairsOf(
  environments: readonly Environment[],
): readonly (readonly [Environment, Environment])[] {
  const way = environments.filter((name) => name !== 'local');
  return way.slice(1).flatMap((to, position) => {
    const from = way[position];
    return from === undefined ? [] : [[from, to] as const];
  });
}
