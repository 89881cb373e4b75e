import { formatBytes, shortDigest, shortRevision, type StoredImage } from '@ehr/delivery-core';
import { html } from 'hono/html';
import type { Accepted } from '../board-ports.ts';
import type { BuildFacts, Component, ImageDetails, Signature } from '../read/read-image.ts';
import { badge, type Html, inert, moment, table } from './page.ts';
import { countOf, linked } from './render-overview.ts';

/** How the components are searched; without a `search` there is no field, as in a file. */
export interface ImageView {
  readonly search: string | null;
}

/** Everything about an image. */
export function renderImage(details: ImageDetails, { search }: ImageView): Html {
  const { image, tags, release, subject, components, provenance, signature, attached, accepted } = details;
  return html`<dl>
      <div>
        <dt>Digest</dt>
        <dd><code class="command">${image.digest}</code></dd>
      </div>
      <div>
        <dt>Tags</dt>
        <dd>
          ${tags.length === 0 ? 'none that are looked at' : tags.map((tag) => html`<code>${inert(tag)}</code> `)}
        </dd>
      </div>
      <div>
        <dt>Commit</dt>
        <dd>
          ${
            release === null
              ? 'not in the journal'
              : html`<code>${inert(shortRevision(release))}</code> ${inert(subject)}, version
                  ${inert(release.version)}`
          }
        </dd>
      </div>
      <div>
        <dt>Fingerprint</dt>
        <dd><code>${inert(image.fingerprint.slice(0, 12))}</code></dd>
      </div>
      ${
        image.standInFor === null
          ? ''
          : html`<div>
              <dt>Base</dt>
              <dd>a stand-in for <code>${inert(image.standInFor)}</code></dd>
            </div>`
      }
      <div>
        <dt>Signature</dt>
        <dd>${renderSignature(signature)}</dd>
      </div>
      <div>
        <dt>Attached</dt>
        <dd>
          ${attached.length === 0 ? 'nothing' : attached.map((type) => html`<code>${inert(type)}</code><br />`)}
        </dd>
      </div>
    </dl>
    ${renderLayers(image)} ${renderProvenance(provenance)} ${renderAccepted(accepted)}
    ${renderComponents(components, search)}`;
}

function renderSignature(signature: Signature): Html {
  if (signature.kind === 'verified') return badge('good', '✓ verified');
  if (signature.kind === 'refused')
    return html`${badge('bad', '✗ does not count')} ${inert(signature.message)}`;
  return html`${badge('quiet', '– not checked')} <code>COSIGN_PUBLIC_KEY</code> is not set`;
}

function renderLayers({ platforms, layers }: StoredImage): Html {
  const all = platforms.map((platform) => ({ platform, layers: layers[platform] ?? [] }));
  const isShared = (digest: string) =>
    all.length > 1 && all.every((one) => one.layers.some((layer) => layer.digest === digest));
  return html`<section aria-labelledby="layers">
    <h2 id="layers">Platforms and layers</h2>
    ${all.map(
      ({ platform, layers: own }) =>
        html`<details id="layers-${platform.replace(/\W/g, '-')}">
          <summary>
            ${platform}: ${formatBytes(own.reduce((sum, { size }) => sum + size, 0))} in
            ${countOf(own.length, 'layer')}, of which
            ${formatBytes(own.filter(({ digest }) => isShared(digest)).reduce((sum, { size }) => sum + size, 0))}
            are shared by all platforms
          </summary>
          ${table(
            `Layers of ${platform}`,
            ['Layer', 'Size', 'Whose'],
            own.map(
              ({ digest, size }) =>
                html`<tr>
                  <td><code>${shortDigest(digest)}</code></td>
                  <td class="number">${formatBytes(size)}</td>
                  <td>${isShared(digest) ? 'all platforms' : 'this platform'}</td>
                </tr>`,
            ),
          )}
        </details>`,
    )}
  </section>`;
}

function renderProvenance(facts: BuildFacts | null): Html {
  return html`<section aria-labelledby="provenance">
    <h2 id="provenance">Provenance</h2>
    ${
      facts === null
        ? html`<p>None is attached.</p>`
        : html`<dl>
            <div>
              <dt>Built by</dt>
              <dd>${linked(facts.builder)}, ${linked(facts.invocation)}</dd>
            </div>
            <div>
              <dt>From</dt>
              <dd>${inert(facts.source)}</dd>
            </div>
            <div>
              <dt>On</dt>
              <dd>${inert(facts.baseImage)}</dd>
            </div>
            <div>
              <dt>When</dt>
              <dd>${moment(facts.startedOn)} to ${moment(facts.finishedOn)}</dd>
            </div>
          </dl>`
    }
  </section>`;
}

function renderAccepted(accepted: readonly Accepted[] | null): Html {
  return html`<section aria-labelledby="accepted">
    <h2 id="accepted">What the gate accepted</h2>
    ${
      accepted === null
        ? html`<p>This checkout does not know the image’s commit.</p>`
        : accepted.length === 0
          ? html`<p>Nothing: the gate had no exception.</p>`
          : html`<ul>
              ${accepted.map(
                ({ rule, file, reason }) =>
                  html`<li><code>${inert(rule)}</code> in <code>${inert(file)}</code>: ${inert(reason)}</li>`,
              )}
            </ul>`
    }
  </section>`;
}

function renderComponents(components: readonly Component[] | null, search: string | null): Html {
  const wanted = (search ?? '').trim().toLowerCase();
  const found = (components ?? []).filter(({ name }) => name.toLowerCase().includes(wanted));
  const field =
    search === null
      ? ''
      : html`<form role="search">
          <label for="component">Name contains</label>
          <input id="component" name="component" value="${search}" autocomplete="off" />
          <button>Search</button>
        </form>`;
  return html`<section aria-labelledby="components">
    <h2 id="components">Components</h2>
    ${
      components === null
        ? html`<p>No SBOM is attached.</p>`
        : html`${field}
            <p>${found.length} of ${components.length}.</p>
            ${table(
              'Components',
              ['Name', 'Version', 'Type'],
              found.map(
                ({ name, version, type }) =>
                  html`<tr>
                    <td>${inert(name)}</td>
                    <td>${inert(version)}</td>
                    <td>${inert(type)}</td>
                  </tr>`,
              ),
              'tall',
            )}`
    }
  </section>`;
}
