import { join } from 'node:path';
import { formatBytes } from '@ehr/delivery-core';
import { checkOut, startDeliveryWorld, startDokployWorld } from '@ehr/testing-worlds';
import { workspaceRoot } from '@nx/devkit';
import { openBoard, takePictures } from './board-of-checkout.ts';
import { type Act, walkEnvironments } from './walk-environments.ts';

/**
 * `npm run demo:environments`: a release's way through the environments, on the real engine, with a registry of its own
 * and a Dokploy that answers as a real one was recorded. It ends with the board of it all, on a terminal; with
 * `-- --pictures` its screenshots go to docs/images.
 */
const say = (text: string) => process.stdout.write(`${text}\n`);

const world = await startDeliveryWorld();
const dokploy = await startDokployWorld(world, ['dev', 'staging', 'prod']);
const checkout = await checkOut('demo');
try {
  say('ehr-api, from a commit on develop to a late hotfix of an old version\n');
  const { history, tags, status } = await walkEnvironments(world, dokploy, checkout, tell);
  say('\nTags in the registry');
  for (const [tag, digest] of Object.entries(tags).sort()) {
    if (!tag.startsWith('fingerprint-')) say(`  ${tag.padEnd(18)} ${digest.slice(7, 19)}`);
  }
  say('\nHistory of prod, newest first');
  for (const { at, kind, version, digest, reason } of history) {
    say(
      `  ${at.slice(11, 19)}  ${kind.padEnd(11)} ${version.padEnd(12)} ${digest.slice(7, 19)}  ${reason.split('\n')[0] ?? ''}`,
    );
  }
  say('\nStatus');
  for (const { environment, version, image, verified, drift } of status) {
    say(
      `  ${environment.padEnd(8)} ${version.padEnd(12)} ${image}  ${verified ? 'verified' : 'not verified'}  ${drift.join('; ')}`,
    );
  }
  await showBoard();
} finally {
  await checkout.remove();
  await dokploy.stop();
  await world.stop();
}

async function showBoard(): Promise<void> {
  const wantsPictures = process.argv.includes('--pictures');
  if (!process.stdout.isTTY && !wantsPictures) return;
  const board = await openBoard(checkout.directory);
  try {
    if (wantsPictures) return await takePictures(board.url, join(workspaceRoot, 'docs/images'));
    say(`\nThe same to look at: ${board.url}\nCtrl-C ends the demo and takes everything away that it made.`);
    await new Promise((end) => process.once('SIGINT', end));
  } finally {
    await board.stop();
  }
}

function tell({ title, command, exitCode, report, said }: Act): void {
  const refusal = /^([A-Z][A-Z_]+) {2}(.*)$/m.exec(said);
  const outcome = report?.error
    ? `${report.outcome}: ${report.verdict} (${report.error.code}, exit ${report.exit})`
    : (report?.outcome ?? `refused: ${refusal?.[1] ?? 'unknown'}`);
  const built = report?.steps.some(({ kind, outcome: how }) => kind === 'build-image' && how === 'done')
    ? 'built'
    : 'not built';
  say(`${exitCode === 0 ? '✓' : '✗'} ${title}`);
  say(`    $ ${command}`);
  if (report === null && exitCode === 0) {
    say('    nothing was changed');
    return;
  }
  say(
    `    ${outcome} · ${report?.image?.split('sha256:')[1]?.slice(0, 12) ?? 'no image'} · ${built} · ${formatBytes(report?.sentBytes ?? 0)} sent`,
  );
}
