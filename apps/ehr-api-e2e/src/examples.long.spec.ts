import { glob, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { readResourceText } from '@ehr/fhir/server';
import { execa } from 'execa';
import * as tar from 'tar';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type RunningService, runService } from '../test/run-service.ts';

const EXAMPLES = 'hl7.fhir.r4.examples@4.0.1';

let directory: string;
let service: RunningService;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ehr-api-'));
  const { stdout } = await execa('npm', ['pack', EXAMPLES, '--silent'], { cwd: directory });
  await tar.extract({ file: join(directory, stdout.trim()), cwd: directory });
  service = await runService({ EHR_DATA_DIR: join(directory, 'data'), EHR_BODY_MIB: '64' });
  await service.ready();
});
afterAll(async () => {
  await service.kill('SIGTERM');
  await rm(directory, { recursive: true });
});

// On two cores that others use, too, it takes five minutes.
it(
  'takes what HL7 publishes as examples, and gives it back token by token',
  { timeout: 900_000 },
  async () => {
    const refused: string[] = [];
    const changed: string[] = [];
    let count = 0;
    for await (const file of glob(join(directory, 'package/*.json'))) {
      const text = await readFile(file, 'utf8');
      const { resourceType, id } = JSON.parse(text) as { resourceType?: string; id?: string };
      // The audit is written by the server alone.
      if (resourceType === undefined || resourceType === 'AuditEvent') continue;
      count += 1;
      const url = `${service.url}/fhir/${resourceType}/${encodeURIComponent(id ?? 'none')}`;
      const headers = { 'content-type': 'application/fhir+json', prefer: 'return=OperationOutcome' };
      const answer = await fetch(url, { method: 'PUT', headers, body: text });
      if (answer.ok) {
        const read = await (await fetch(url, { headers: { accept: 'application/fhir+json' } })).text();
        if (readResourceText(read).members !== readResourceText(text).members) changed.push(basename(file));
      } else {
        const { issue } = (await answer.json()) as { issue: { diagnostics: string }[] };
        refused.push(`${basename(file)}: ${issue[0]?.diagnostics ?? answer.status}`);
      }
    }
    process.stdout.write(`${count} examples, ${refused.length} refused:\n${refused.join('\n')}\n`);
    expect(count).toBeGreaterThan(5_000);
    expect(changed).toEqual([]);
    // Those that break the specification themselves: four have a narrative that says nothing (txt-2).
    expect(refused.filter((why) => why.includes('txt-2'))).toHaveLength(4);
    expect(refused.filter((why) => why.includes('txt-1'))).toEqual([]);
    expect(refused.length).toBe(20);
  },
);
