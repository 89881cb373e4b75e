import type { Status } from '@ehr/delivery-core';
import { formatTime } from './format-time.ts';
import { renderTable } from './render-table.ts';

/** What the environments run, a line each. */
export function renderStatus(rows: readonly Status[]): string {
  return renderTable(
    ['environment', 'version', 'revision', 'image', 'since', 'verified', 'drift'],
    rows.map(({ environment, version, revision, image, since, verified, drift }) => [
      environment,
      version,
      revision,
      image,
      image === '' ? '' : since === '' ? 'not in the journal' : formatTime(since),
      verified === null ? '' : verified ? 'yes' : 'no',
      drift.join('; '),
    ]),
  );
}
