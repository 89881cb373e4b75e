import { DeliveryError, describeError, environments, readEnvironment } from '@ehr/delivery-core';
import type { Environment } from '@ehr/delivery-core';
import type { ExecutorContext } from '@nx/devkit';
import { openDelivery } from '../../delivery/open-delivery.ts';
import { renderTable } from '../../reporters/render-table.ts';
import { runReporting } from '../run-reporting.ts';
import { describeStatus } from './describe-status.ts';
import type { Status } from './describe-status.ts';

/** The `status` target: each environment that is set up, what it runs, and where tag, target and answer disagree. */
export default function status(
  { json }: { json: boolean },
  context: ExecutorContext,
): Promise<{ success: boolean }> {
  return runReporting(async () => {
    const rows = await Promise.all(environments.map((environment) => read(environment, context)));
    process.stdout.write(json ? `${JSON.stringify(rows, null, 2)}\n` : `${render(rows)}\n`);
  });
}

async function read(environment: Environment, context: ExecutorContext): Promise<Status> {
  try {
    const { ports } = await openDelivery(environment, {}, context);
    return await describeStatus(
      environment,
      await readEnvironment(environment, [environment], ports),
      ports.registry,
    );
  } catch (error) {
    // An environment that is not set up, or cannot be reached now, must not hide the others.
    if (!(error instanceof DeliveryError)) throw error;
    return {
      environment,
      version: '',
      revision: '',
      image: '',
      since: '',
      verified: '',
      drift: describeError(error).message,
    };
  }
}

function render(rows: readonly Status[]): string {
  return renderTable(
    ['environment', 'version', 'revision', 'image', 'since', 'verified', 'drift'],
    rows.map((row) => [
      row.environment,
      row.version,
      row.revision,
      row.image,
      row.since,
      row.verified,
      row.drift,
    ]),
  );
}
