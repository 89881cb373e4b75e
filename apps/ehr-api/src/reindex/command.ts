import { parseArgs } from 'node:util';
import type { Context } from '../fhir/exchange.ts';
import { reindex } from './reindex.ts';

/** `nx run ehr-api:reindex`: indexes what was indexed by an earlier release; with `--all` everything, `--from` a key on. */
export async function runReindex(context: Context, args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: { all: { type: 'boolean', default: false }, from: { type: 'string', default: '0' } },
  });
  if (!/^\d{1,18}$/u.test(values.from))
    throw new Error('--from must be a key that this command has printed.');
  let told = 0;
  const begun = Date.now();
  const done = await reindex(context, { after: values.from, all: values.all }, (progress) => {
    if (progress.done - told < 1_000) return;
    told = progress.done;
    const rest = values.all ? ` (go on with --all --from=${progress.last})` : '';
    process.stdout.write(`${progress.done} of ${progress.total} resources reindexed${rest}\n`);
  });
  process.stdout.write(`${done} resources reindexed in ${Math.round((Date.now() - begun) / 1000)} s.\n`);
}
