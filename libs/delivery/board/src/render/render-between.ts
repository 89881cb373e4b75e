import { formatBytes, shortDigest } from '@ehr/delivery-core';
import { html } from 'hono/html';
import type { Between, Shipment } from '../read/read-between.ts';
import { type Html, imageHref, inert } from './page.ts';
import { summaryOf } from './render-overview.ts';

/** What promoting each service would ship, with all its commits. */
export function renderBetween(betweens: readonly Between[]): Html {
  return html`${betweens.map(
    (between) =>
      html`<section aria-labelledby="${between.service}">
        <h2 id="${between.service}">${between.service}</h2>
        ${summaryOf(between)} ${between.kind === 'ships' ? renderShipment(between.service, between) : ''}
      </section>`,
  )}`;
}

function renderShipment(service: string, { digests, commits, migrations, tags, pullBytes }: Shipment): Html {
  const image = (digest: string) =>
    html`<a href="${imageHref(service, digest)}"><code>${shortDigest(digest)}</code></a>`;
  return html`<dl>
      <div>
        <dt>Image</dt>
        <dd>${digests.from === null ? 'nothing' : image(digests.from)} → ${image(digests.to)}</dd>
      </div>
      <div>
        <dt>To pull</dt>
        <dd>
          ${Object.entries(pullBytes).map(([platform, bytes]) => html`${platform}: ${formatBytes(bytes)}<br />`)}
        </dd>
      </div>
      <div>
        <dt>Tags that move</dt>
        <dd>
          ${
            tags.length === 0
              ? 'none'
              : tags.map(
                  ({ name, from }) =>
                    html`<code>${name}</code> (${from === null ? 'new' : html`now ${shortDigest(from)}`}) `,
                )
          }
        </dd>
      </div>
      <div>
        <dt>Schema</dt>
        <dd>
          ${
            migrations === null
              ? 'not known here'
              : migrations.length === 0
                ? 'no migration'
                : migrations.map((file) => html`<code>${inert(file)}</code><br />`)
          }
        </dd>
      </div>
    </dl>
    ${
      commits === null
        ? html`<p>This checkout does not know the commits between them.</p>`
        : html`<ol class="commits" aria-label="Commits of ${service}, newest first">
            ${commits.map(
              ({ revision, subject }) =>
                html`<li><code>${revision.slice(0, 7)}</code> ${inert(subject)}</li>`,
            )}
          </ol>`
    }`;
}
